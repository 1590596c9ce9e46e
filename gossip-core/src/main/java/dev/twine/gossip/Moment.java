package dev.twine.gossip;

/**
 * One time by both clocks.
 *
 * @param nanos of the monotonic one
 * @param millis since 1970, for what outlives the process
 */
record Moment(long nanos, long millis) {
  static Moment of(NodeClock clock) {
    return new Moment(clock.nanoTime(), clock.now().toEpochMilli());
  }
}
