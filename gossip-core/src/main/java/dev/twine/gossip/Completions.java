package dev.twine.gossip;

import dev.twine.network.TwineException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The futures that this node gives to its user. They are completed on threads where the code that
 * hangs on them holds up neither a loop nor a handler.
 *
 * <p>A future has its place in the queue before those threads from the start. So the queue is full
 * when a call is refused, never when an answer comes. Safe for every thread.
 */
final class Completions {
  private final Executor threads;
  private final Semaphore places;
  private final Counters counters;

  /**
   * @param threads take that many tasks, and refuse one only when the node has ended
   * @param places futures that are not done, at most
   */
  Completions(Executor threads, int places, Counters counters) {
    this.threads = threads;
    this.places = new Semaphore(places);
    this.counters = counters;
  }

  /** A future to give away; empty, and counted, if too many are not done. */
  <T> Optional<Pending<T>> begin() {
    if (!places.tryAcquire()) {
      counters.refused("requests.waiting");
      return Optional.empty();
    }
    return Optional.of(new Pending<>(this));
  }

  /** Why there is no future for a call to that peer or address. */
  static TwineException full(Object target) {
    return new TwineException(
        TwineException.Code.RATE_LIMITED,
        "too many requests, pings and dials of this node are not done",
        target.toString(),
        "wait for some of them first");
  }

  /** In a node that has ended it runs on the calling thread. */
  private void run(Runnable completion) {
    try {
      threads.execute(completion);
    } catch (RejectedExecutionException ended) {
      completion.run();
    }
  }

  /** One future, which is completed once, by this node or by its user. */
  static final class Pending<T> {
    private final Completions completions;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final AtomicBoolean settled = new AtomicBoolean();

    private Pending(Completions completions) {
      this.completions = completions;
      // Should its user cancel it, nothing will be queued for it.
      future.whenComplete((value, failure) -> {
        if (settled.compareAndSet(false, true)) {
          completions.places.release();
        }
      });
    }

    CompletableFuture<T> future() {
      return future;
    }

    /** Only the first end counts. */
    void complete(T value) {
      settle(() -> future.complete(value));
    }

    /** As above. */
    void fail(Throwable reason) {
      settle(() -> future.completeExceptionally(reason));
    }

    private void settle(Runnable completion) {
      if (settled.compareAndSet(false, true)) {
        completions.run(() -> {
          completions.places.release();
          completion.run();
        });
      }
    }
  }
}
