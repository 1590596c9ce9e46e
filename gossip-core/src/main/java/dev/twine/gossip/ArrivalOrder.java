package dev.twine.gossip;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Lets what came in order go on in that order, although it is judged in parallel: what has its
 * verdict waits until everything before it has one, or has given up its place.
 *
 * <p>One thread at a time takes places, any leaves them; nothing blocks. A place that nobody leaves
 * holds up all behind it, so its user has a deadline, and bounds what may wait.
 */
final class ArrivalOrder {
  private final ArrayDeque<Place> places = new ArrayDeque<>(0);
  private boolean moving;

  /** One of what came. */
  final class Place {
    private @Nullable Runnable task;

    /**
     * To be called once.
     *
     * @param then runs when those before it have gone, on the thread of whoever left last, or at once
     *     if the place has been given up; does not throw
     */
    void leave(Runnable then) {
      if (!settle(then)) {
        then.run();
      }
    }

    /** What is behind it need not wait for it; nothing if it has left. */
    void giveUp() {
      settle(() -> {});
    }

    /** False if it had no place any more. */
    private boolean settle(Runnable then) {
      synchronized (places) {
        if (task != null) {
          return false;
        }
        task = then;
        if (moving) {
          return true;
        }
        moving = true;
      }
      for (Runnable next = next(); next != null; next = next()) {
        next.run();
      }
      return true;
    }
  }

  /** The last place. */
  Place take() {
    var place = new Place();
    synchronized (places) {
      places.add(place);
    }
    return place;
  }

  /** True if nothing is held up. Lasting only for the thread that takes places. */
  boolean isIdle() {
    synchronized (places) {
      return places.isEmpty() && !moving;
    }
  }

  private @Nullable Runnable next() {
    synchronized (places) {
      Place first = places.peek();
      if (first == null || first.task == null) {
        moving = false;
        return null;
      }
      places.remove();
      return first.task;
    }
  }
}
