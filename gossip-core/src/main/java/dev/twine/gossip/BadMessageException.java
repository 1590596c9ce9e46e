package dev.twine.gossip;

/**
 * Bytes from a peer that its protocol does not allow. Whoever reads the session closes it, and no
 * other, and counts the reason.
 *
 * <p>The message never contains bytes of the peer, so it may be logged as it is. There is no stack
 * trace: filling one in would be the dearest part of refusing hostile input.
 */
public final class BadMessageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BadMessageException(String reason) {
    this(reason, null);
  }

  public BadMessageException(String reason, @org.jspecify.annotations.Nullable Throwable cause) {
    super(reason, cause, false, false);
  }
}
