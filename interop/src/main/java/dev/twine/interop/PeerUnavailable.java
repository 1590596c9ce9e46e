package dev.twine.interop;

/** A peer cannot be built here, because a tool is missing; the message names it. */
public final class PeerUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  PeerUnavailable(String message) {
    super(message);
  }
}
