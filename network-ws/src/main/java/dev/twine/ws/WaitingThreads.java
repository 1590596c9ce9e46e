package dev.twine.ws;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for calls that wait, which event loops must not: look-ups and blocking sockets. */
final class WaitingThreads {
  private static final int IDLE_SECONDS = 30;

  private WaitingThreads() {}

  /** Refuses what goes beyond the threads and the queue. An idle executor has no thread. */
  static ThreadPoolExecutor start(String name, int threads, int queue) {
    var number = new AtomicInteger();
    var executor = new ThreadPoolExecutor(
        threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), task -> {
          // Not a thread of Netty: those refuse to wait.
          var thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
