package dev.twine.ws;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for calls that wait, which event loops must not: look-ups and blocking sockets. */
final class WaitingThreads {
  private static final int IDLE_SECONDS = 30;

  private WaitingThreads() {}

  /** Refuses what goes beyond the threads and the queue. An idle executor has no thread. */
  static ThreadPoolExecutor start(String name, int threads, int queue) {
    var executor = new ThreadPoolExecutor(
        threads,
        threads,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(queue),
        new DefaultThreadFactory(name, true));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
