package dev.twine.gossip;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one after another on a shared executor, in which it stands at most once, so that the
 * executor's own queue is bounded by the number of these. Its users bound what they put in.
 */
final class SerialQueue {
  /** After so many tasks others get their turn. */
  private static final int TURN = 16;

  /** Exactly one of the two runs. */
  private record Task(Runnable run, Runnable refused) {}

  private final ExecutorService executor;
  private final ArrayDeque<Task> tasks = new ArrayDeque<>(0);
  private boolean running;

  SerialQueue(ExecutorService executor) {
    this.executor = executor;
  }

  /**
   * Any thread; never blocks. Tasks do not throw.
   *
   * @param task runs on the executor, after the tasks before it
   * @param refused runs instead, on the thread that finds that the executor has no room or has ended
   */
  void execute(Runnable task, Runnable refused) {
    synchronized (tasks) {
      tasks.add(new Task(task, refused));
      if (running) {
        return;
      }
      running = true;
    }
    if (!submit()) {
      refuseAll();
    }
  }

  /** True if no task waits or runs. Lasting only for the one thread that adds tasks. */
  boolean isIdle() {
    synchronized (tasks) {
      return !running;
    }
  }

  private boolean submit() {
    try {
      executor.execute(this::turns);
      return true;
    } catch (RejectedExecutionException fullOrEnded) {
      return false;
    }
  }

  private void refuseAll() {
    List<Task> refused;
    synchronized (tasks) {
      refused = List.copyOf(tasks);
      tasks.clear();
      running = false;
    }
    refused.forEach(task -> task.refused.run());
  }

  private void turns() {
    while (turn() && !submit()) {
      // Nobody else can get this thread's turn while the executor is full, so it is taken again.
      if (executor.isShutdown()) {
        refuseAll();
        return;
      }
    }
  }

  /** False if nothing is left to run. */
  private boolean turn() {
    for (int i = 0; i < TURN; i++) {
      Task next = next();
      if (next == null) {
        return false;
      }
      next.run.run();
    }
    return true;
  }

  private @Nullable Task next() {
    synchronized (tasks) {
      Task next = tasks.poll();
      running = next != null;
      return next;
    }
  }
}
