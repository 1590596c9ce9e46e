package dev.twine.libp2p.core.yamux;

/** How many bytes the peer lets us send on one stream. */
final class SendWindow {
  /** What both ends assume for a new stream, whatever they are configured to. */
  static final int INITIAL = 256 << 10;

  /**
   * A peer that grants more than this is broken or means harm: no implementation goes beyond 1 GiB,
   * and adding up unchecked is what made others overflow.
   */
  static final long MAX = Integer.MAX_VALUE;

  private long available = INITIAL;

  long available() {
    return available;
  }

  boolean isExhausted() {
    return available == 0;
  }

  /** Bytes were sent, no more than available. */
  void sent(long bytes) {
    if (bytes < 0 || bytes > available) {
      throw new IllegalStateException("sent " + bytes + " of " + available);
    }
    available -= bytes;
  }

  /**
   * The peer granted more.
   *
   * @param credit 0 to 2^32-1
   */
  void grant(long credit) {
    if (credit > MAX - available) {
      throw new YamuxException(
          Offence.WINDOW_OVERFLOW, "credit of " + credit + " on top of " + available);
    }
    available += credit;
  }
}
