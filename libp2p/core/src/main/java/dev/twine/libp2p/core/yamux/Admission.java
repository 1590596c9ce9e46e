package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.RateLimits;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.StreamLimits;
import org.jspecify.annotations.Nullable;

/** Which streams the peer may open, and when its opening and resetting becomes an attack. */
final class Admission {
  private final StreamLimits limits;
  private final RateLimits rates;
  private final Refusals counters;
  private final RateBudget opens;
  private final RateBudget resets;
  private final RateBudget refused;

  Admission(Limits.OfConnection limits, Refusals counters, long nowNanos) {
    this.limits = limits.streams();
    this.rates = limits.rates();
    this.counters = counters;
    this.opens = new RateBudget(rates.opensBurst(), rates.opensPerSecond(), nowNanos);
    this.resets = in10Seconds(rates.resetsPer10Seconds(), nowNanos);
    this.refused = in10Seconds(rates.refusalsPer10Seconds(), nowNanos);
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
          Offence.CHURN, "more than " + rates.resetsPer10Seconds() + " streams reset in 10 s");
    }
  }

  private static RateBudget in10Seconds(int uses, long nowNanos) {
    return new RateBudget(uses, Math.max(1, uses / 10), nowNanos);
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
