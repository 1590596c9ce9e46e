package dev.twine.gossip;

import java.time.Duration;

/**
 * What a peer may send: bytes and messages per second, each with a burst. What it has sent is always
 * taken, as it has been read already; what goes beyond is paid for by not reading for a while.
 *
 * <p>Not safe for use by several threads: belongs to the event loop of its session.
 */
final class ByteAllowance {
  private static final double SECOND = Duration.ofSeconds(1).toNanos();

  private final Bucket bytes;
  private final Bucket messages;

  /**
   * A full allowance.
   *
   * @param bytesPerSecond on average
   * @param burstBytes that may come at once
   * @param messagesPerSecond on average
   * @param burstMessages that may come at once
   */
  ByteAllowance(
      double bytesPerSecond,
      double burstBytes,
      double messagesPerSecond,
      double burstMessages,
      long nowNanos) {
    bytes = new Bucket(bytesPerSecond, burstBytes, nowNanos);
    messages = new Bucket(messagesPerSecond, burstMessages, nowNanos);
  }

  /** Counts bytes without a message: parts of one, pings, headers. Returns as {@link #message}. */
  long bytes(long count, long nowNanos) {
    return Math.max(bytes.take(count, nowNanos), messages.take(0, nowNanos));
  }

  /**
   * Counts one message of so many bytes.
   *
   * @return nanoseconds for which nothing more is to be read; 0 to go on
   */
  long message(long byteCount, long nowNanos) {
    return Math.max(bytes.take(byteCount, nowNanos), messages.take(1, nowNanos));
  }

  /** A token bucket that goes below zero. */
  private static final class Bucket {
    private final double perSecond;
    private final double burst;
    private double tokens;
    private long updatedNanos;

    Bucket(double perSecond, double burst, long nowNanos) {
      if (!(perSecond > 0) || !(burst > 0)) {
        throw new IllegalArgumentException("rate " + perSecond + ", burst " + burst);
      }
      this.perSecond = perSecond;
      this.burst = burst;
      this.tokens = burst;
      this.updatedNanos = nowNanos;
    }

    long take(long count, long nowNanos) {
      long elapsed = Math.max(0, nowNanos - updatedNanos);
      updatedNanos += elapsed;
      tokens = Math.min(burst, tokens + elapsed * (perSecond / SECOND)) - count;
      return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / perSecond * SECOND);
    }
  }
}
