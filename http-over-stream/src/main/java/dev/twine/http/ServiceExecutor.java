package dev.twine.http;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which services run: a fixed number at most, and no queue, because a caller that
 * waits unseen is worse off than one that is told to come back.
 *
 * <p>Safe for use by several threads. Threads are daemons and end when idle.
 */
public final class ServiceExecutor implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final int concurrency;
  private final Semaphore free;
  private final ThreadPoolExecutor threads;

  /**
   * Starts no thread yet.
   *
   * @param name first part of the names of its threads
   * @param concurrency how many run at once
   */
  public ServiceExecutor(String name, int concurrency) {
    this.concurrency = concurrency;
    this.free = new Semaphore(concurrency);
    var number = new AtomicInteger();
    this.threads = new ThreadPoolExecutor(
        0, concurrency, IDLE.toMillis(), TimeUnit.MILLISECONDS, new SynchronousQueue<>(), task -> {
          var thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Runs the task on a thread of its own, or returns false at once if as many run as may.
   *
   * @param afterwards runs when the task no longer counts, on the same thread; not if false
   */
  boolean tryExecute(Runnable task, Runnable afterwards) {
    if (!free.tryAcquire()) {
      return false;
    }
    try {
      threads.execute(() -> {
        try {
          task.run();
        } finally {
          free.release();
          afterwards.run();
        }
      });
      return true;
    } catch (RejectedExecutionException e) {
      free.release();
      return false;
    }
  }

  /** Tasks that run now. */
  public int active() {
    return concurrency - free.availablePermits();
  }

  /** Takes no more tasks and interrupts those that run. Does not wait for them. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
