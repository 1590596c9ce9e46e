package dev.twine.libp2p.core.yamux;

/**
 * What the receive windows of one connection add up to. The initial windows are given to every
 * stream whatever the sum; growth beyond them happens only within the cap.
 */
final class WindowBudget {
  private final long cap;
  private final MemoryCharge memory;
  private long granted;

  /**
   * @param cap bytes, over all streams
   * @param memory is charged with what windows grow by
   */
  WindowBudget(long cap, MemoryCharge memory) {
    this.cap = cap;
    this.memory = memory;
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
    if (bytes > cap - granted || !memory.grow(bytes)) {
      return false;
    }
    granted += bytes;
    return true;
  }

  /** A stream ended that began with that window, and had grown to this one. */
  void close(long initial, long window) {
    granted -= window;
    memory.grow(initial - window);
  }
}
