package dev.twine.gossip;

import dev.twine.network.Lane;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one node's own, apart by purpose, so that what blocks in one blocks in no other. All
 * start when needed and end when idle.
 *
 * <p>The queue of each holds as many tasks as messages may be under way in the node; that before the
 * answers, as many as {@link Completions} may be due. A task that does not fit is refused with a {@link
 * RejectedExecutionException}; who submits it says what that means for the peer, and counts it under
 * {@code threads.} and the name of the pool. Sessions that come, leave a task and go could fill a queue
 * without a bound.
 */
final class NodeExecutors {
  private static final long IDLE_SECONDS = 10;
  private static final int TAP_THREADS = 4;

  /** The reason under which refused tasks are counted. */
  static final String VALIDATION = "threads.validation";

  final ExecutorService validation;
  final ExecutorService events;
  final ExecutorService taps;
  final ExecutorService answers;
  final ExecutorService storage;
  private final ExecutorService priority;
  private final ExecutorService bulk;

  NodeExecutors(Limits limits) {
    int perLane = limits.inbound().handling().threads();
    int waiting = limits.inbound().total().messages();
    int processors = Runtime.getRuntime().availableProcessors();
    validation = pool("twine-validate", Math.max(2, processors), waiting);
    priority = pool("twine-priority", perLane, waiting);
    bulk = pool("twine-bulk", perLane, waiting);
    storage = pool("twine-storage", 1, 1);
    events = pool("twine-events", 1, waiting);
    taps = pool("twine-taps", TAP_THREADS, waiting);
    answers = pool("twine-answers", perLane, limits.requests().waiting());
  }

  ExecutorService handlers(Lane lane) {
    return lane == Lane.PRIORITY ? priority : bulk;
  }

  /** The reason under which refused tasks of that lane's handlers are counted. */
  static String refusal(Lane lane) {
    return lane == Lane.PRIORITY ? "threads.priority" : "threads.bulk";
  }

  /**
   * Interrupts what runs, answers excepted, and waits for all, at most that long. Futures that wait to
   * be completed are completed in any case, in the end on this thread.
   */
  void close(Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    List<ExecutorService> all = List.of(answers, validation, priority, bulk, storage, events, taps);
    answers.shutdown();
    all.subList(1, all.size()).forEach(ExecutorService::shutdownNow);
    awaitEnd(all, end);
    answers.shutdownNow().forEach(Runnable::run);
  }

  private static void awaitEnd(List<ExecutorService> all, long end) {
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

  private static ExecutorService pool(String name, int threads, int waiting) {
    var pool = new ThreadPoolExecutor(
        threads,
        threads,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(waiting),
        NodeThread.factory(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
