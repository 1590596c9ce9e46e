package dev.twine.gossip;

import dev.twine.network.Lane;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one node's own, apart by purpose, so that what blocks in one blocks in no other. All
 * start when needed and end when idle. Their queues hold {@link SerialQueue}s and messages that
 * {@link Inflow} has counted, so they are bounded without bounds of their own.
 */
final class NodeExecutors {
  private static final long IDLE_SECONDS = 10;
  private static final int TAP_THREADS = 4;

  final ExecutorService validation;
  final ExecutorService events;
  final ExecutorService taps;
  final ExecutorService answers;
  private final ExecutorService priority;
  private final ExecutorService bulk;

  NodeExecutors(int threadsPerLane) {
    validation = pool("twine-validate", Math.max(2, Runtime.getRuntime().availableProcessors()));
    priority = pool("twine-priority", threadsPerLane);
    bulk = pool("twine-bulk", threadsPerLane);
    events = pool("twine-events", 1);
    taps = pool("twine-taps", TAP_THREADS);
    answers = pool("twine-answers", threadsPerLane);
  }

  ExecutorService handlers(Lane lane) {
    return lane == Lane.PRIORITY ? priority : bulk;
  }

  /** Interrupts what runs and waits for it, at most that long in all. */
  void close(Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    List<ExecutorService> all = List.of(validation, priority, bulk, events, taps, answers);
    all.forEach(ExecutorService::shutdownNow);
    try {
      for (ExecutorService one : all) {
        if (!one.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ExecutorService pool(String name, int threads) {
    var pool = new ThreadPoolExecutor(
        threads,
        threads,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        NodeThread.factory(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
