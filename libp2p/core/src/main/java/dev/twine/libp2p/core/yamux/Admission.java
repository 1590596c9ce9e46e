package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.StreamLimits;
import org.jspecify.annotations.Nullable;

/** Which streams the peer may open, and when its opening and resetting becomes an attack. */
final class Admission {
  /** Over ten seconds; a peer that ignores so many refusals only costs time. */
  private static final int REFUSALS_BURST = 10_000;

  private static final int REFUSALS_PER_SECOND = REFUSALS_BURST / 10;

  private final StreamLimits limits;
  private final Refusals counters;
  private final RateBudget opens;
  private final RateBudget resets;
  private final RateBudget refused;

  Admission(StreamLimits limits, Refusals counters, long nowNanos) {
    this.limits = limits;
    this.counters = counters;
    this.opens = new RateBudget(limits.opensBurst(), limits.opensPerSecond(), nowNanos);
    int perSecond = Math.max(1, limits.resetsPer10Seconds() / 10);
    this.resets = new RateBudget(limits.resetsPer10Seconds(), perSecond, nowNanos);
    this.refused = new RateBudget(REFUSALS_BURST, REFUSALS_PER_SECOND, nowNanos);
  }

  /**
   * Whether the peer may open one more. If not it has been counted.
   *
   * @param inbound streams of the peer that are open
   * @param total all that are open
   */
  boolean admits(int inbound, int total, long nowNanos) {
    String limit = limitReached(inbound, total, nowNanos);
    if (limit == null) {
      return true;
    }
    counters.count(limit);
    refuse(nowNanos);
    return false;
  }

  /** A stream was refused, for whatever reason. */
  void refuse(long nowNanos) {
    if (!refused.take(nowNanos)) {
      throw new YamuxException(Offence.CHURN, "streams opened on and on after refusals");
    }
  }

  /** The peer reset a stream that it had opened. */
  void reset(long nowNanos) {
    if (!resets.take(nowNanos)) {
      throw new YamuxException(
          Offence.CHURN, "more than " + limits.resetsPer10Seconds() + " streams reset in 10 s");
    }
  }

  private @Nullable String limitReached(int inbound, int total, long nowNanos) {
    if (inbound >= limits.inbound()) {
      return "streams.inbound";
    }
    if (total >= limits.total()) {
      return "streams.total";
    }
    return opens.take(nowNanos) ? null : "streams.opens";
  }
}
