package dev.twine.interop;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
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
      throw reason(failed);
    } catch (TimeoutException late) {
      future.cancel(true);
      throw new IOException("no answer within " + deadline.toSeconds() + " s", late);
    }
  }

  /** What has failed, for a program that reports it. */
  static IOException reason(ExecutionException failed) {
    Throwable cause = Objects.requireNonNullElse(failed.getCause(), failed);
    return new IOException(cause.getMessage(), cause);
  }
}
