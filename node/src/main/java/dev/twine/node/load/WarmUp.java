package dev.twine.node.load;

import java.time.Duration;

/**
 * When a stack is warm: its rate has stopped rising. The same rule for all, since each has something
 * that gets faster with use: compilers, windows, buffers. Reads no clock.
 */
final class WarmUp {
  /** A rate this much above the last rise still rises; less is the noise of a machine. */
  static final double RISE = 1.05;

  /** Of one measurement's duration, at least. */
  private static final int LEAST = 2;

  /**
   * How long a rise may take: so many measurements in a row that do not rise, since a slow one may
   * have met something else on the machine; and a bound, in durations of one measurement.
   */
  enum Patience {
    /** A few loops carry everything, and are compiled soon. */
    USUAL(2, 10),
    /** Thousands of methods that run once in each connection. */
    LONG(5, 40);

    private final int calm;
    private final int most;

    Patience(int calm, int most) {
      this.calm = calm;
      this.most = most;
    }

    Duration most(Duration measurement) {
      return measurement.multipliedBy(most);
    }
  }

  private final int calmMeasurements;
  private final long leastNanos;
  private final long mostNanos;
  private long elapsedNanos;

  /** Where the last rise led; a slow one takes several measurements to be one. */
  private double level;

  private int calm;

  WarmUp(Duration measurement, Patience patience) {
    this.calmMeasurements = patience.calm;
    this.leastNanos = least(measurement).toNanos();
    this.mostNanos = patience.most(measurement).toNanos();
  }

  static Duration least(Duration measurement) {
    return measurement.multipliedBy(LEAST);
  }

  /** The next measurement, which does not count yet. */
  void measured(double rate, long nanos) {
    elapsedNanos += nanos;
    if (rate > level * RISE) {
      level = rate;
      calm = 0;
    } else {
      calm++;
    }
  }

  /** Whether the next measurement counts. */
  boolean isOver() {
    return elapsedNanos >= mostNanos || (elapsedNanos >= leastNanos && calm >= calmMeasurements);
  }
}
