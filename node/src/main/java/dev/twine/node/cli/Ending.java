package dev.twine.node.cli;

import dev.twine.network.TwineException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The end of a command that works on threads of its own: the first of its work, of a failure in it
 * and of the user. Safe for use by several threads.
 */
final class Ending {
  /** What runs on a thread; may block for ever, because the end of the process ends it too. */
  interface Work {
    void run() throws IOException;
  }

  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** The command is in place with it. */
  Ending(Termination termination) {
    termination.inPlace();
    termination.asked().thenRun(this::complete);
  }

  /** Starts a thread; what it throws is the end. */
  void start(String name, Work work) {
    var thread = new Thread(
        () -> {
          try {
            work.run();
          } catch (IOException e) {
            ended.completeExceptionally(ListenCommand.ended(e));
          } catch (RuntimeException | Error e) { // Thrown again by await(), on the main thread.
            ended.completeExceptionally(e);
          }
        },
        name);
    thread.setDaemon(true);
    thread.start();
  }

  /** This is the end. */
  void complete() {
    ended.complete(null);
  }

  /** Waits for the end; throws what failed. */
  void await() throws InterruptedException {
    try {
      ended.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TwineException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
