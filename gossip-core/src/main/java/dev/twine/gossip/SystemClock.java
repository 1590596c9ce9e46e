package dev.twine.gossip;

import dev.twine.network.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The machine's time. One daemon thread runs what is due; closing it forgets the rest. */
public final class SystemClock implements NodeClock, AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;

  /** A clock with a thread of that name. */
  public SystemClock(String threadName) {
    timer = new ScheduledThreadPoolExecutor(1, NodeThread.factory(threadName));
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public Registration schedule(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> due = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> due.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {};
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
