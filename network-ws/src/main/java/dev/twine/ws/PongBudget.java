package dev.twine.ws;

/**
 * How many pings of one peer are answered: a ping costs its sender less than its answer costs us.
 * The time comes in, so that the class has no clock.
 */
final class PongBudget {
  /** Far more than any keep-alive needs, and the ten in a row of the Autobahn cases. */
  private static final int BURST = 32;

  private static final long NANOS_PER_PONG = 100_000_000;

  /** When the budget would be full again. */
  private long fullAt;

  private boolean used;

  /** Takes one and returns 0, or takes none and returns the nanoseconds until there is one. */
  long take(long nowNanos) {
    if (!used || fullAt - nowNanos < 0) {
      used = true;
      fullAt = nowNanos;
    }
    long wait = fullAt - nowNanos - (BURST - 1) * NANOS_PER_PONG;
    if (wait <= 0) {
      fullAt += NANOS_PER_PONG;
      return 0;
    }
    return wait;
  }
}
