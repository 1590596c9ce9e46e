package dev.twine.libp2p.core.yamux;

/** How often a peer may do something: a burst, which refills steadily. */
final class RateBudget {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final long nanosPerUse;
  private final long burstNanos;
  private long earnedNanos;
  private long lastNanos;

  /**
   * @param burst uses at once, 1 or more
   * @param perSecond uses in the long run, 1 to 1,000,000,000
   */
  RateBudget(int burst, int perSecond, long nowNanos) {
    this.nanosPerUse = NANOS_PER_SECOND / perSecond;
    this.burstNanos = burst * nanosPerUse;
    this.earnedNanos = burstNanos;
    this.lastNanos = nowNanos;
  }

  /** Takes one use; false if there is none. */
  boolean take(long nowNanos) {
    long passed = Math.max(0, nowNanos - lastNanos);
    lastNanos = nowNanos;
    earnedNanos = passed >= burstNanos - earnedNanos ? burstNanos : earnedNanos + passed;
    if (earnedNanos < nanosPerUse) {
      return false;
    }
    earnedNanos -= nanosPerUse;
    return true;
  }
}
