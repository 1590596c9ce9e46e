package dev.twine.interop;

import org.jspecify.annotations.Nullable;

/** What a peer said that it could not do, or why it could not be built, started or asked. */
public final class PeerFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  PeerFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
