package dev.twine.libp2p.core.yamux;

/**
 * How many bytes go to the connection before one flush. A flush costs about as much as sealing 64 KiB,
 * so it grows while the socket takes everything at once; as soon as it does not, what this side has
 * committed to the peer counts for more, and it is small again. Bounded also because the security
 * layer holds what is not flushed where nobody counts it. Does no I/O.
 */
final class Burst {
  /** One Noise message. */
  private static final int MESSAGE = 65_519;

  /** Fits below the high water mark of a connection, so that nothing is committed beyond it. */
  static final int LEAST = 2 * MESSAGE;

  /** Beyond this the system call is no longer what costs. */
  static final int MOST = 4 * MESSAGE;

  private int bytes = LEAST;

  int bytes() {
    return bytes;
  }

  /** A whole burst was flushed. */
  void flushed(boolean allTaken) {
    bytes = allTaken ? MOST : LEAST;
  }
}
