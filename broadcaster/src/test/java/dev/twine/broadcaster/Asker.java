package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A question that may wait, on a thread of its own: that of a test is the one of its manual loops, which
 * must not.
 */
final class Asker {
  private final CompletableFuture<Boolean> answer = new CompletableFuture<>();
  private final Thread thread;

  private Asker(Callable<Boolean> question, ThreadFactory threads) {
    thread = threads.newThread(() -> {
      try {
        answer.complete(question.call());
      } catch (Exception e) {
        answer.completeExceptionally(e);
      }
    });
    thread.start();
  }

  static Asker asks(Callable<Boolean> question) {
    return new Asker(question, Thread::new);
  }

  static Asker asks(Callable<Boolean> question, ThreadFactory threads) {
    return new Asker(question, threads);
  }

  boolean answer() throws InterruptedException, ExecutionException, TimeoutException {
    return answer.get(10, TimeUnit.SECONDS);
  }

  /** The thread has gone to sleep when this returns. */
  Asker asleep() {
    while (thread.getState() != Thread.State.TIMED_WAITING && !answer.isDone()) {
      Thread.onSpinWait();
    }
    assertThat(answer).isNotDone();
    return this;
  }

  /** One that others wait for. */
  static final class HandlerThread extends Thread implements NoWaiting {
    HandlerThread(Runnable task) {
      super(task);
    }
  }
}
