package dev.twine.gossip;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one after another on a shared executor, in which it stands at most once, so that the
 * executor's own queue is bounded by the number of these. Its users bound what they put in.
 */
final class SerialQueue {
  /** After so many tasks others get their turn. */
  private static final int TURN = 16;

  private final Executor executor;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(0);
  private boolean running;

  SerialQueue(Executor executor) {
    this.executor = executor;
  }

  /** Any thread; never blocks. Tasks do not throw. */
  void execute(Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    submit();
  }

  /** True if no task waits or runs. Lasting only for the one thread that adds tasks. */
  boolean isIdle() {
    synchronized (tasks) {
      return !running;
    }
  }

  private void submit() {
    try {
      executor.execute(this::turn);
    } catch (RejectedExecutionException closed) {
      synchronized (tasks) {
        tasks.clear();
        running = false;
      }
    }
  }

  private void turn() {
    for (int i = 0; i < TURN; i++) {
      Runnable next = next();
      if (next == null) {
        return;
      }
      next.run();
    }
    submit();
  }

  private @Nullable Runnable next() {
    synchronized (tasks) {
      Runnable next = tasks.poll();
      running = next != null;
      return next;
    }
  }
}
