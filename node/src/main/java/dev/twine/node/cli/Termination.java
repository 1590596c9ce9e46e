package dev.twine.node.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * Turns Ctrl-C and SIGTERM into the end that the command has for them.
 *
 * <p>Whoever ends the process decides its code, so there is one rule. A {@link LastingCommand} that
 * is in place is asked to end and its own code counts, whether it ends because of the signal or of
 * itself at the same moment; one that is still starting has nothing to lose and ends with 0 at once.
 * Every other command is cut off with 130. A signal that comes before the command is known waits for
 * that, a second one changes nothing.
 *
 * <p>Signals are handled, not left to shutdown hooks: the virtual machine would end with the signal's
 * code when its hooks are through, whatever the command says. Before {@code main} there is nothing
 * that could handle them. Safe for use by several threads.
 */
public final class Termination {
  /** Of commands that have no orderly end: 128 and the number of SIGINT. */
  static final int INTERRUPTED = 130;

  /** The contract says 5 s, and the process needs some of it. */
  private static final Duration PATIENCE = Duration.ofMillis(4_500);

  private final IntConsumer exit;
  private final IntConsumer halt;
  private final Duration patience;
  private final AtomicBoolean requested = new AtomicBoolean();
  private final CompletableFuture<Boolean> lasting = new CompletableFuture<>();
  private final CompletableFuture<Void> asked = new CompletableFuture<>();
  private final CompletableFuture<Integer> code = new CompletableFuture<>();
  private volatile boolean inPlace;

  /**
   * For tests.
   *
   * @param exit ends the process with a code, as {@link System#exit} does
   * @param halt ends it without closing anything
   * @param patience how long a command may take to end
   */
  Termination(IntConsumer exit, IntConsumer halt, Duration patience) {
    this.exit = exit;
    this.halt = halt;
    this.patience = patience;
  }

  /** That of this process, which handles its signals from now on. */
  public static Termination ofProcess() {
    var termination = new Termination(System::exit, Runtime.getRuntime()::halt, PATIENCE);
    Signals.handle(termination::requested);
    return termination;
  }

  /** The command is known; it runs from now on. */
  void begins(boolean lasts) {
    lasting.complete(lasts);
  }

  /** A lasting command from now on ends by itself when asked to. */
  void inPlace() {
    inPlace = true;
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

  /** The command is done; what follows is the ordinary end of the process with that code. */
  public void finished(int exitCode) {
    code.complete(exitCode);
    lasting.complete(true); // A signal that still waits to learn what to do has nothing to do.
  }

  /** A signal came: returns when the command is done, and ends the process if it is not in time. */
  void requested() {
    if (!requested.compareAndSet(false, true)) {
      return;
    }
    long end = System.nanoTime() + patience.toNanos();
    try {
      boolean lasts = lasting.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      asked.complete(null);
      if (!inPlace && !code.isDone()) {
        exit.accept(lasts ? Exit.OK : INTERRUPTED);
        return;
      }
      code.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      System.err.println("twine: not all could be closed in time");
      halt.accept(Exit.FAILED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Nobody interrupts a thread that handles a signal.
    }
  }
}
