package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * Limits of the streams of one connection.
 *
 * @param inbound open streams that the peer opened
 * @param total open streams, and those that wait to be opened
 * @param backlog those that the peer has not acknowledged
 * @param closed streams that are closed here and not ended by the peer, and that are remembered to
 *     tell it when it still sends; beyond that the oldest are forgotten, and their data is dropped
 *     in silence
 * @param frameBytes the longest frame that is accepted
 * @param negotiation how long the peer may take to name a stream's protocol
 */
public record StreamLimits(
    int inbound, int total, Backlog backlog, int closed, int frameBytes, Duration negotiation) {
  /** Streams of one protocol that a peer may have open on one connection. */
  public static final int DEFAULT_INBOUND_PER_PROTOCOL = 64;

  private static final int MOST = 1 << 20;

  /**
   * Streams of this side that the peer has not acknowledged.
   *
   * @param unacknowledged how many there are; further ones wait
   * @param waiting how many wait
   * @param waitingTime how long they wait
   */
  public record Backlog(int unacknowledged, int waiting, Duration waitingTime) {
    public Backlog {
      Ranges.check("unacknowledged streams", unacknowledged, 1, MOST);
      Ranges.check("waiting streams", waiting, 0, MOST);
      Ranges.check(
          "time of waiting streams", waitingTime, Duration.ofMillis(1), Duration.ofHours(1));
    }
  }

  public StreamLimits {
    Ranges.check("inbound streams", inbound, 0, MOST);
    Ranges.check("streams", total, inbound, MOST);
    Ranges.check("closed streams", closed, 1, MOST);
    Ranges.check("frame bytes", frameBytes, 1 << 10, 1 << 24);
    Ranges.check("negotiation", negotiation, Duration.ofMillis(1), Duration.ofMinutes(5));
  }

  /**
   * 256 in and unacknowledged as go-yamux's backlog, and as many waiting as fill up the total; they
   * wait as long as a negotiation may take. 1024 closed ones are four times what a peer has open.
   * Frames as long as the largest window, as js puts all it may send into one. Their length costs
   * nothing: bodies pass in the pieces they come in.
   */
  public static StreamLimits defaults() {
    return new StreamLimits(
        256,
        512,
        new Backlog(256, 256, Duration.ofSeconds(10)),
        1024,
        1 << 24,
        Duration.ofSeconds(10));
  }

  public StreamLimits withStreams(int newInbound, int newTotal) {
    return new StreamLimits(newInbound, newTotal, backlog, closed, frameBytes, negotiation);
  }

  public StreamLimits withUnacknowledged(int value) {
    return with(new Backlog(value, backlog.waiting, backlog.waitingTime));
  }

  public StreamLimits withWaiting(int streams, Duration time) {
    return with(new Backlog(backlog.unacknowledged, streams, time));
  }

  public StreamLimits withClosed(int value) {
    return new StreamLimits(inbound, total, backlog, value, frameBytes, negotiation);
  }

  public StreamLimits withNegotiation(Duration value) {
    return new StreamLimits(inbound, total, backlog, closed, frameBytes, value);
  }

  private StreamLimits with(Backlog value) {
    return new StreamLimits(inbound, total, value, closed, frameBytes, negotiation);
  }
}
