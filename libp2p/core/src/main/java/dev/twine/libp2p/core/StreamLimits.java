package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * Limits of the streams of one connection.
 *
 * @param inbound open streams that the peer opened
 * @param total open streams
 * @param unacknowledged streams opened by this side that the peer has not acknowledged
 * @param opensPerSecond how many streams the peer may open, sustained
 * @param opensBurst how many it may open at once
 * @param resetsPer10Seconds resets by the peer beyond which the connection ends
 * @param frameBytes the longest frame that is accepted
 * @param negotiation how long the peer may take to name a stream's protocol
 */
public record StreamLimits(
    int inbound,
    int total,
    int unacknowledged,
    int opensPerSecond,
    int opensBurst,
    int resetsPer10Seconds,
    int frameBytes,
    Duration negotiation) {
  /** Streams of one protocol that a peer may have open on one connection. */
  public static final int DEFAULT_INBOUND_PER_PROTOCOL = 64;

  public StreamLimits {
    Ranges.check("inbound streams", inbound, 0, 1 << 20);
    Ranges.check("streams", total, inbound, 1 << 20);
    Ranges.check("unacknowledged streams", unacknowledged, 1, 1 << 20);
    Ranges.check("stream opens per second", opensPerSecond, 1, 1_000_000);
    Ranges.check("stream opens at once", opensBurst, 1, 1_000_000);
    Ranges.check("stream resets in 10 s", resetsPer10Seconds, 1, 10_000_000);
    Ranges.check("frame bytes", frameBytes, 1 << 10, 1 << 24);
    Ranges.check("negotiation", negotiation, Duration.ofMillis(1), Duration.ofMinutes(5));
  }

  /**
   * 256 in and unacknowledged as go-yamux's backlog; frames as long as the largest window, as js puts
   * all it may send into one. Their length costs nothing: bodies pass in the pieces they come in.
   */
  public static StreamLimits defaults() {
    return new StreamLimits(256, 512, 256, 100, 256, 200, 1 << 24, Duration.ofSeconds(10));
  }

  public StreamLimits withStreams(int newInbound, int newTotal) {
    return new StreamLimits(
        newInbound,
        newTotal,
        unacknowledged,
        opensPerSecond,
        opensBurst,
        resetsPer10Seconds,
        frameBytes,
        negotiation);
  }

  public StreamLimits withOpens(int perSecond, int burst) {
    return new StreamLimits(
        inbound,
        total,
        unacknowledged,
        perSecond,
        burst,
        resetsPer10Seconds,
        frameBytes,
        negotiation);
  }

  public StreamLimits withUnacknowledged(int value) {
    return new StreamLimits(
        inbound,
        total,
        value,
        opensPerSecond,
        opensBurst,
        resetsPer10Seconds,
        frameBytes,
        negotiation);
  }

  public StreamLimits withNegotiation(Duration value) {
    return new StreamLimits(
        inbound,
        total,
        unacknowledged,
        opensPerSecond,
        opensBurst,
        resetsPer10Seconds,
        frameBytes,
        value);
  }
}
