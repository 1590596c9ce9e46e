package dev.twine.libp2p.core.yamux;

/**
 * What the peer sent breaks the protocol or a limit that ends the connection. Has no stack trace:
 * peers cause it at will.
 */
final class YamuxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Offence offence;
  private final String what;

  YamuxException(Offence offence, String message) {
    super(message, null, false, false);
    this.offence = offence;
    this.what = message;
  }

  /** What it is counted as. */
  Offence offence() {
    return offence;
  }

  /** The message. */
  String what() {
    return what;
  }
}
