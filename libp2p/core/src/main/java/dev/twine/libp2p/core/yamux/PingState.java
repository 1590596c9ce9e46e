package dev.twine.libp2p.core.yamux;

/**
 * Pings of one connection: our own, for the round trip and to find out that the peer is gone; and
 * the right to have the peer's answered.
 *
 * <p>The round trip is the least of the last {@value #SAMPLES} samples. One alone says little: the
 * first ping of a process waits until its code is loaded, and any ping waits behind the data of a
 * busy connection. So the first ones follow each other sooner than an interval, but never before the
 * answer to the previous one: no peer has more than one of them to answer at a time.
 *
 * <p>The peer is taken for dead when nothing at all, answer or other, came from it for a while. Time
 * during which this side did not read, or did not run, does not count as its silence.
 */
final class PingState {
  /** How often {@link #tick} wants to be called within an interval, to be exact enough. */
  private static final int TICKS = 4;

  /** As many as it takes to leave a cold and a busy one out; a longer path shows after as many. */
  static final int SAMPLES = 3;

  /** What to do at this time. */
  enum Action {
    NOTHING,
    SEND_PING,
    GIVE_UP
  }

  private final long intervalNanos;
  private final long deadAfterNanos;
  private final RateBudget answers;
  private long value;
  private boolean outstanding;
  private long sentNanos;
  private long heardNanos;
  private long tickedNanos;
  private final long[] samples = new long[SAMPLES];
  private long answersSeen;

  /**
   * @param answers how many of the peer's pings are answered
   * @param nowNanos when the connection began; the first ping is due at once
   */
  PingState(long intervalNanos, long deadAfterNanos, RateBudget answers, long nowNanos) {
    this.intervalNanos = intervalNanos;
    this.deadAfterNanos = deadAfterNanos;
    this.answers = answers;
    this.sentNanos = nowNanos - intervalNanos;
    this.heardNanos = nowNanos;
    this.tickedNanos = nowNanos;
  }

  /** How long to wait between two calls of {@link #tick}. */
  long tickNanos() {
    return intervalNanos / TICKS;
  }

  /** What is due. {@link Action#SEND_PING} is to be followed by {@link #sent}. */
  Action tick(long nowNanos) {
    if (nowNanos - tickedNanos > 2 * tickNanos()) {
      // This side was asleep, and what came meanwhile has not been read yet.
      heardNanos = nowNanos;
    }
    tickedNanos = nowNanos;
    if (nowNanos - heardNanos >= deadAfterNanos) {
      return Action.GIVE_UP;
    }
    boolean due = nowNanos - sentNanos >= intervalNanos || wantsSample();
    return due ? Action.SEND_PING : Action.NOTHING;
  }

  /**
   * Whether another ping is worth sending although none is due: there are few samples, and the
   * previous ping was answered.
   */
  boolean wantsSample() {
    return !outstanding && answersSeen > 0 && answersSeen < SAMPLES;
  }

  /** A ping of ours goes out; returns the value it carries. An older one is given up. */
  long sent(long nowNanos) {
    value = (value + 1) & 0xffffffffL;
    outstanding = true;
    sentNanos = nowNanos;
    return value;
  }

  /** Anything came from the peer, or this side was not reading. */
  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  /** An answer came. One that nobody asked for, or with another value, is ignored: false. */
  boolean answered(long answer, long nowNanos) {
    if (!outstanding || answer != value) {
      return false;
    }
    outstanding = false;
    samples[(int) (answersSeen++ % SAMPLES)] = Math.max(1, nowNanos - sentNanos);
    return true;
  }

  /** The peer pings: to be answered once with the same value. */
  void asked(long nowNanos) {
    if (!answers.take(nowNanos)) {
      throw new YamuxException(Offence.PING_FLOOD, "pings faster than the limit");
    }
  }

  /** 0 until the first answer. */
  long rttNanos() {
    long least = samples[0];
    for (int i = 1; i < Math.min(answersSeen, SAMPLES); i++) {
      least = Math.min(least, samples[i]);
    }
    return least;
  }
}
