package dev.twine.libp2p.core.yamux;

/**
 * How many bytes go to the connection before one flush. A flush costs about as much as sealing 64 KiB,
 * so it grows while the socket takes everything at once; as soon as it does not, what this side has
 * committed to the peer counts for more, and it is small again. Bounded also because the security
 * layer holds what is not flushed where nobody counts it. Does no I/O.
 */
final class Burst {
  /** The largest frame, with its header. */
  private static final int FRAME = 64 << 10;

  /** As much as the high water mark of a connection, so that hardly more is committed. */
  static final int LEAST = 2 * FRAME;

  /** Beyond this the system call is no longer what costs. */
  static final int MOST = 4 * FRAME;

  private int bytes = LEAST;

  int bytes() {
    return bytes;
  }

  /** A whole burst was flushed. */
  void flushed(boolean allTaken) {
    bytes = allTaken ? MOST : LEAST;
  }
}
