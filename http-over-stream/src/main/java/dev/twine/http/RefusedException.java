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

  Refusal reason() {
    return reason;
  }
}
