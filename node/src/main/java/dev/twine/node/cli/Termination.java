package dev.twine.node.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Turns Ctrl-C and SIGTERM into an orderly end of the commands that have one.
 *
 * <p>The virtual machine starts its shutdown hook on either signal and would end with the signal's
 * code; the hook waits for the command instead and ends the process with the command's code. Safe for
 * use by several threads.
 */
public final class Termination {
  /** Of commands that have no orderly end: 128 and the number of SIGINT. */
  private static final int INTERRUPTED = 130;

  /** The contract says 5 s, and the process needs some of it. */
  private static final long ORDERLY_MILLIS = 4_500;

  private final CompletableFuture<Void> asked = new CompletableFuture<>();
  private final CompletableFuture<Integer> code = new CompletableFuture<>();
  private volatile boolean orderly;

  /** The command from now on ends by itself when asked to. */
  void orderly() {
    orderly = true;
  }

  /** Completes when the user asks for the end. */
  CompletableFuture<Void> asked() {
    return asked;
  }

  /** Waits until the user asks for the end. */
  void await() throws InterruptedException {
    try {
      asked.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the user asks for the end, or the time is over. True if asked. */
  boolean await(Duration time) throws InterruptedException {
    try {
      asked.get(time.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The command is done; what follows is the ordinary end of the process. */
  public void finished(int exitCode) {
    code.complete(exitCode);
  }

  /** For the shutdown hook: ends the process, at the latest after 4.5 s. */
  public void requested() {
    if (code.isDone()) {
      return;
    }
    if (!orderly) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
    asked.complete(null);
    int ended = INTERRUPTED;
    try {
      ended = code.get(ORDERLY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      System.err.println("twine: not all could be closed in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ended);
  }
}
