package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * Limits of dialling.
 *
 * @param deadline for one address, without the handshake
 * @param stagger how long an address gets before the next one is tried beside it
 * @param perPeer addresses of one peer tried at the same time
 * @param total addresses tried at the same time
 * @param addresses addresses of one peer that are looked at
 * @param backoff how long an address is left alone after its first failure; doubled by each further
 *     one
 * @param maxBackoff the longest such time
 */
public record DialLimits(
    Duration deadline,
    Duration stagger,
    int perPeer,
    int total,
    int addresses,
    Duration backoff,
    Duration maxBackoff) {
  public DialLimits {
    Ranges.check("dial deadline", deadline, Duration.ofMillis(1), Duration.ofMinutes(5));
    Ranges.check("dial stagger", stagger, Duration.ZERO, Duration.ofMinutes(1));
    Ranges.check("dials", total, 1, 100_000);
    Ranges.check("dials per peer", perPeer, 1, total);
    Ranges.check("addresses per peer", addresses, 1, 1024);
    Ranges.check("dial back-off", backoff, Duration.ZERO, Duration.ofDays(1));
    Ranges.check("longest dial back-off", maxBackoff, backoff, Duration.ofDays(1));
  }

  /** 15 s and 250 ms as RFC 8305 and go-libp2p; 5 s of back-off as go-libp2p. */
  public static DialLimits defaults() {
    return new DialLimits(
        Duration.ofSeconds(15),
        Duration.ofMillis(250),
        8,
        64,
        64,
        Duration.ofSeconds(5),
        Duration.ofMinutes(5));
  }

  public DialLimits withDeadline(Duration value) {
    return new DialLimits(value, stagger, perPeer, total, addresses, backoff, maxBackoff);
  }

  public DialLimits withStagger(Duration value) {
    return new DialLimits(deadline, value, perPeer, total, addresses, backoff, maxBackoff);
  }

  public DialLimits withBackoff(Duration first, Duration longest) {
    return new DialLimits(deadline, stagger, perPeer, total, addresses, first, longest);
  }

  public DialLimits withConcurrency(int ofOnePeer, int ofAll) {
    return new DialLimits(deadline, stagger, ofOnePeer, ofAll, addresses, backoff, maxBackoff);
  }
}
