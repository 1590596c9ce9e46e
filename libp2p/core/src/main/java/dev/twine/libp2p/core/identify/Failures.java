package dev.twine.libp2p.core.identify;

import java.util.concurrent.CompletionException;

/** The failure itself, without what futures wrap around it. */
final class Failures {
  private Failures() {}

  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
