package dev.twine.node.load;

import java.time.Duration;

/**
 * When a stack is warm: its rate has stopped rising, and no compiler takes processor time from what is
 * measured. The same rule for all, since each has something that gets faster with use: compilers,
 * windows, buffers. Reads no clock.
 */
final class WarmUp {
  /** A rate this much above the last rise still rises; less is the noise of a machine. */
  static final double RISE = 1.05;

  /**
   * The part of a measurement's time that compilers may work. With fewer processors than threads the
   * rate stands still for seconds while they take half of the machine, and doubles after.
   */
  static final double COMPILING = 0.05;

  /** Of one measurement's duration, at least. */
  private static final int LEAST = 2;

  /** Of one measurement's duration, at most: what TLS takes, on two processors, and a half more. */
  private static final int MOST = 40;

  /** How many measurements in a row have to be calm. */
  enum Patience {
    /** A few loops carry everything; one compiled late is met by the third. */
    USUAL(3),
    /** Thousands of methods that run once in each connection. */
    LONG(5);

    private final int calm;

    Patience(int calm) {
      this.calm = calm;
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
    this.mostNanos = most(measurement).toNanos();
  }

  static Duration least(Duration measurement) {
    return measurement.multipliedBy(LEAST);
  }

  static Duration most(Duration measurement) {
    return measurement.multipliedBy(MOST);
  }

  /**
   * The next measurement, which does not count yet.
   *
   * @param compilingNanos for how long the compilers of its processes worked meanwhile
   */
  void measured(double rate, long nanos, long compilingNanos) {
    elapsedNanos += nanos;
    boolean rises = rate > level * RISE;
    if (rises) {
      level = rate;
    }
    calm = rises || compilingNanos > nanos * COMPILING ? 0 : calm + 1;
  }

  /** Whether the next measurement counts. */
  boolean isOver() {
    return elapsedNanos >= mostNanos || (elapsedNanos >= leastNanos && calm >= calmMeasurements);
  }
}
