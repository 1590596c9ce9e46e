package dev.twine.gossip;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to leave an address alone after so many failures in a row. */
final class Backoff {
  /**
   * Slower than doubling, so that a node that was away for some seconds is found again in less time
   * than that, jitter included.
   */
  private static final double GROWTH = 1.6;

  /** Nodes that lost the same neighbour at the same time come back at different ones. */
  private static final double JITTER = 0.2;

  private final double minNanos;
  private final double maxNanos;
  private final RandomGenerator random;

  Backoff(Duration min, Duration max, RandomGenerator random) {
    if (min.isNegative() || min.compareTo(max) > 0) {
      throw new IllegalArgumentException("back-off from " + min + " to " + max);
    }
    this.minNanos = min.toNanos();
    this.maxNanos = max.toNanos();
    this.random = random;
  }

  /** Nanoseconds after the failure of that number, from 1; never outside minimum and maximum. */
  long nanosAfter(int failures) {
    double grown = Math.min(maxNanos, minNanos * Math.pow(GROWTH, failures - 1.0));
    double jittered = grown * (1 - JITTER + 2 * JITTER * random.nextDouble());
    return (long) Math.max(minNanos, Math.min(maxNanos, jittered));
  }
}
