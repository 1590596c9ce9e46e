package dev.twine.gossip;

import java.util.concurrent.CompletionException;

/** What futures fail with. */
final class Failures {
  private Failures() {}

  /** The failure itself, without what later stages wrap it in. */
  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
