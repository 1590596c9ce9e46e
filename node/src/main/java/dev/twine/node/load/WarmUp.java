package dev.twine.node.load;

import java.time.Duration;

/**
 * When a stack is warm: its rate has stopped rising. The same rule for all, since each has something
 * that gets faster with use: compilers, windows, buffers. Reads no clock.
 */
final class WarmUp {
  /** A rate this much above the best before it still rises; less is the noise of a machine. */
  static final double RISE = 1.05;

  /** In a row: one slow measurement may have met something else on the machine. */
  static final int CALM = 2;

  /** Of one measurement's duration: at least, and at most whatever the rate does. */
  private static final int LEAST = 2;

  private static final int MOST = 10;

  private final long leastNanos;
  private final long mostNanos;
  private long elapsedNanos;
  private double best;
  private int calm;

  WarmUp(Duration measurement) {
    this.leastNanos = least(measurement).toNanos();
    this.mostNanos = most(measurement).toNanos();
  }

  static Duration least(Duration measurement) {
    return measurement.multipliedBy(LEAST);
  }

  static Duration most(Duration measurement) {
    return measurement.multipliedBy(MOST);
  }

  /** The next measurement, which does not count yet. */
  void measured(double rate, long nanos) {
    elapsedNanos += nanos;
    calm = rate > best * RISE ? 0 : calm + 1;
    best = Math.max(best, rate);
  }

  /** Whether the next measurement counts. */
  boolean isOver() {
    return elapsedNanos >= mostNanos || (elapsedNanos >= leastNanos && calm >= CALM);
  }
}
