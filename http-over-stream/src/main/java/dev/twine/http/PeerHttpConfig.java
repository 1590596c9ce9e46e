package dev.twine.http;

import dev.twine.http.ServiceLimits.Rate;
import java.time.Duration;

/**
 * How this node calls the HTTP services of a peer. Checked when it is made.
 *
 * @param concurrency requests to one peer that are open at once, whichever client sends them: a
 *     request is open until its response has been read to the end or closed
 * @param rate requests to one peer, whichever client sends them
 * @param queueTime how long a request may wait for a place and for the rate before it fails
 * @param connectTime to open a stream
 * @param readTime longest silence of the peer inside a response
 * @param writeTime longest time without progress of a request
 * @param maxResponseBytes largest response body, after decompression; 0 for no limit
 */
public record PeerHttpConfig(
    int concurrency,
    Rate rate,
    Duration queueTime,
    Duration connectTime,
    Duration readTime,
    Duration writeTime,
    long maxResponseBytes) {
  private static final Duration MAX_TIME = Duration.ofHours(1);
  private static final int MAX_CONCURRENCY = 1024;

  public PeerHttpConfig {
    if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
      throw new IllegalArgumentException(
          "concurrency is 1 to " + MAX_CONCURRENCY + ", not " + concurrency);
    }
    for (Duration time : new Duration[] {connectTime, readTime, writeTime}) {
      if (time.toMillis() < 1 || time.compareTo(MAX_TIME) > 0) {
        throw new IllegalArgumentException("1 ms to " + MAX_TIME + " is expected, not " + time);
      }
    }
    if (queueTime.isNegative() || queueTime.compareTo(MAX_TIME) > 0 || maxResponseBytes < 0) {
      throw new IllegalArgumentException("queue time " + queueTime + " or response limit "
          + maxResponseBytes + " is out of range");
    }
  }

  /**
   * 16 requests at once, half of what a peer's services run in all, 10 requests/s with a burst of 20,
   * 10 s for each wait, bodies of at most 6 MiB.
   */
  public static PeerHttpConfig defaults() {
    return new PeerHttpConfig(
        16,
        new Rate(10, 20),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(20),
        6 << 20);
  }

  public PeerHttpConfig withConcurrency(int concurrency) {
    return new PeerHttpConfig(
        concurrency, rate, queueTime, connectTime, readTime, writeTime, maxResponseBytes);
  }

  public PeerHttpConfig withRate(Rate rate, Duration queueTime) {
    return new PeerHttpConfig(
        concurrency, rate, queueTime, connectTime, readTime, writeTime, maxResponseBytes);
  }

  public PeerHttpConfig withTimes(Duration connectTime, Duration readTime, Duration writeTime) {
    return new PeerHttpConfig(
        concurrency, rate, queueTime, connectTime, readTime, writeTime, maxResponseBytes);
  }

  public PeerHttpConfig withMaxResponseBytes(long maxResponseBytes) {
    return new PeerHttpConfig(
        concurrency, rate, queueTime, connectTime, readTime, writeTime, maxResponseBytes);
  }
}
