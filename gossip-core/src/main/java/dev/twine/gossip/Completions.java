package dev.twine.gossip;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * Completes futures that this node gave to its user, on threads where the code that hangs on them
 * holds up neither a loop nor a handler. Safe for every thread.
 */
final class Completions {
  /** Long enough for threads to make room, short against the deadlines of what is completed. */
  private static final Duration AGAIN = Duration.ofMillis(50);

  private final NodeExecutors executors;
  private final NodeClock clock;
  private final Counters counters;

  /** Without room; the limits of requests and pings that wait for an answer bound it. */
  private final Queue<Runnable> late = new ConcurrentLinkedQueue<>();

  Completions(NodeExecutors executors, NodeClock clock, Counters counters) {
    this.executors = executors;
    this.clock = clock;
    this.counters = counters;
  }

  /**
   * Runs it exactly once: without room it is counted and tried again later, and in a node that has ended
   * it runs on the calling thread.
   */
  void run(Runnable completion) {
    try {
      executors.answers.execute(completion);
    } catch (RejectedExecutionException fullOrEnded) {
      late.add(completion);
      if (executors.answers.isShutdown()) {
        close();
      } else {
        counters.refused(NodeExecutors.ANSWERS);
        clock.schedule(AGAIN, this::again);
      }
    }
  }

  /** Runs what is late, once the executors have ended. */
  void close() {
    for (Runnable next = late.poll(); next != null; next = late.poll()) {
      next.run();
    }
  }

  private void again() {
    Runnable next = late.poll();
    if (next != null) {
      run(next);
    }
  }
}
