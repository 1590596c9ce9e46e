package dev.twine.gossip;

import dev.twine.network.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time of one thread, which moves it: what falls due runs on that thread, in order. Any may read it. */
final class StepClock implements NodeClock {
  private record Due(long nanos, long order, Runnable task) {}

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
  private volatile long nanos;
  private long order;

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public Instant now() {
    return Instant.parse("2030-01-01T00:00:00Z").plusNanos(nanos);
  }

  @Override
  public Registration schedule(Duration delay, Runnable task) {
    var entry = new Due(nanos + delay.toNanos(), order++, task);
    due.add(entry);
    return () -> due.remove(entry);
  }

  void pass(Duration time) {
    long end = nanos + time.toNanos();
    while (!due.isEmpty() && due.element().nanos <= end) {
      Due next = due.remove();
      nanos = Math.max(nanos, next.nanos);
      next.task.run();
    }
    nanos = end;
  }
}
