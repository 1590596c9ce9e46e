package dev.twine.broadcaster;

/**
 * Tells a peer that moves slowly from one that does not move at all.
 *
 * <p>Arithmetic only; time comes in. Confined to an event loop.
 */
final class Progress {
  private final long timeoutNanos;
  private long taken = Long.MIN_VALUE;
  private long sinceNanos;

  Progress(long timeoutNanos) {
    this.timeoutNanos = timeoutNanos;
  }

  /**
   * Looks at the socket once.
   *
   * @param waits whether bytes wait for it
   * @param takenNow bytes that it has taken so far. What others write to the channel makes this
   *     number smaller while it waits, so only a rise since the last look counts
   * @return whether bytes have waited for the whole timeout and nothing was taken
   */
  boolean isStalled(boolean waits, long takenNow, long nowNanos) {
    boolean moved = takenNow > taken;
    taken = takenNow;
    if (!waits || moved) {
      sinceNanos = nowNanos;
      return false;
    }
    return nowNanos - sinceNanos >= timeoutNanos;
  }
}
