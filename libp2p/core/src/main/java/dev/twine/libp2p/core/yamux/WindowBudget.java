package dev.twine.libp2p.core.yamux;

/**
 * What the receive windows of one connection add up to. The initial windows are given to every
 * stream whatever the sum; growth beyond them happens only within the cap.
 */
final class WindowBudget {
  private final long cap;
  private long granted;

  /**
   * @param cap bytes, over all streams
   */
  WindowBudget(long cap) {
    this.cap = cap;
  }

  /** The sum of all windows. */
  long granted() {
    return granted;
  }

  /** A stream began with this window. */
  void open(long window) {
    granted += window;
  }

  /** Takes the whole of it, or nothing. */
  boolean grow(long bytes) {
    if (bytes > cap - granted) {
      return false;
    }
    granted += bytes;
    return true;
  }

  /** A stream ended that had this window. */
  void close(long window) {
    granted -= window;
  }
}
