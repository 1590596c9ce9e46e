package dev.twine.testkit;

import dev.twine.gossip.NodeClock;
import dev.twine.network.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test moves it. What falls due runs on the thread that moves it,
 * in order of time. Safe for use by several threads; several nodes may share one.
 */
public final class ManualClock implements NodeClock {
  /** Any moment does; this one is easy to recognise. */
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private record Due(long nanos, long order, Runnable task) {}

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
  private long nanos;
  private long order;

  /** A clock at its start. */
  public ManualClock() {}

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public synchronized Instant now() {
    return START.plusNanos(nanos);
  }

  @Override
  public synchronized Registration schedule(Duration delay, Runnable task) {
    var entry = new Due(nanos + Math.max(0, delay.toNanos()), order++, task);
    due.add(entry);
    return () -> cancel(entry);
  }

  /** Moves time on, stopping at each moment at which something falls due. */
  public void advance(Duration step) {
    long end;
    synchronized (this) {
      end = nanos + step.toNanos();
    }
    for (Due next = next(end); next != null; next = next(end)) {
      next.task.run();
    }
  }

  /** How much is scheduled and not yet due. */
  public synchronized int scheduled() {
    return due.size();
  }

  private synchronized void cancel(Due entry) {
    due.remove(entry);
  }

  private synchronized @Nullable Due next(long end) {
    Due first = due.peek();
    if (first == null || first.nanos > end) {
      nanos = Math.max(nanos, end);
      return null;
    }
    due.poll();
    nanos = Math.max(nanos, first.nanos);
    return first;
  }
}
