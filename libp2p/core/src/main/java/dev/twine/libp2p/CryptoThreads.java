package dev.twine.libp2p;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for signatures, so that they never hold an event loop up. */
final class CryptoThreads {
  /** More handshakes than any sensible limit lets be under way; the ones beyond fail. */
  private static final int QUEUE = 1024;

  private static final int IDLE_SECONDS = 10;

  private CryptoThreads() {}

  static ThreadPoolExecutor start() {
    int threads = Runtime.getRuntime().availableProcessors();
    var executor = new ThreadPoolExecutor(
        threads,
        threads,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(QUEUE),
        task -> {
          Thread thread = new Thread(task, "libp2p-crypto");
          thread.setDaemon(true);
          return thread;
        });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
