package dev.twine.http;

import java.io.IOException;

/** What a service sees when a limit ends its request: it passes through and becomes the status. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final Refusal reason;

  RefusedException(Refusal reason) {
    super(reason.text());
    this.reason = reason;
  }

  /** A fresh exception each time: one object thrown twice breaks a service's try-with-resources. */
  static IOException again(IOException failure) {
    if (failure instanceof PeerHttpException known) {
      return new PeerHttpException(known.reason());
    }
    IOException fresh = failure instanceof RefusedException refused
        ? new RefusedException(refused.reason)
        : new IOException(failure.getMessage());
    fresh.initCause(failure);
    return fresh;
  }

  Refusal reason() {
    return reason;
  }
}
