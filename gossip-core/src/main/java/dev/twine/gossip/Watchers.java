package dev.twine.gossip;

import dev.twine.network.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who look on, at messages or at events: each has a bounded queue of its own, and one that lags
 * misses what does not fit, which is counted.
 */
final class Watchers<T> {
  /** What a watcher does with each thing; may block, and may throw. */
  interface Sight<T> {
    void see(T thing) throws Exception;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

  private final List<Watch> watches = new CopyOnWriteArrayList<>();
  private final ExecutorService executor;
  private final int maxThings;
  private final long maxWeight;
  private final LongAdder missed;

  Watchers(ExecutorService executor, int maxThings, long maxWeight, LongAdder missed) {
    this.executor = executor;
    this.maxThings = maxThings;
    this.maxWeight = maxWeight;
    this.missed = missed;
  }

  Registration add(Sight<? super T> sight) {
    var watch = new Watch(sight);
    watches.add(watch);
    return watch;
  }

  boolean isEmpty() {
    return watches.isEmpty();
  }

  /** Any thread; never blocks. */
  void show(T thing, long weight) {
    for (Watch watch : watches) {
      watch.offer(thing, weight);
    }
  }

  private final class Watch implements Registration {
    private final Sight<? super T> sight;
    private final SerialQueue queue = new SerialQueue(executor);
    private int things;
    private long weight;

    Watch(Sight<? super T> sight) {
      this.sight = sight;
    }

    void offer(T thing, long itsWeight) {
      synchronized (this) {
        boolean fits = things == 0 || (things < maxThings && weight + itsWeight <= maxWeight);
        if (!fits) {
          missed.increment();
          return;
        }
        things++;
        weight += itsWeight;
        // Inside the lock, so that things are seen in the order in which they were counted.
        queue.execute(() -> run(thing, itsWeight), () -> miss(itsWeight));
      }
    }

    @Override
    public void close() {
      watches.remove(this);
    }

    private void miss(long itsWeight) {
      leave(itsWeight);
      missed.increment();
    }

    private synchronized void leave(long itsWeight) {
      things--;
      weight -= itsWeight;
    }

    private void run(T thing, long itsWeight) {
      leave(itsWeight);
      try {
        sight.see(thing);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Throwable e) {
        // Code of the user may throw anything, a failed assertion too, and must not stop this
        // queue.
        LOG.warn("a watcher failed", e);
      }
    }
  }
}
