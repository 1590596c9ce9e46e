package dev.twine.interop;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for what a host does. */
final class Calls {
  private Calls() {}

  /** Waits, and turns a failure into one that a program reports. */
  static <T> T await(CompletableFuture<T> future, Duration deadline)
      throws IOException, InterruptedException {
    try {
      return future.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause().getMessage(), failed.getCause());
    } catch (TimeoutException late) {
      future.cancel(true);
      throw new IOException("no answer within " + deadline.toSeconds() + " s", late);
    }
  }
}
