package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * Limits of dialling.
 *
 * @param deadline for one address, without the handshake
 * @param stagger how long an address gets before the next one is tried beside it
 * @param counts how many addresses are tried
 * @param backoff how long one that failed is left alone
 */
public record DialLimits(Duration deadline, Duration stagger, Counts counts, Backoff backoff) {
  /**
   * How many addresses are tried.
   *
   * @param perPeer of one peer at the same time
   * @param total at the same time
   * @param addresses of one peer that are looked at
   * @param perTarget in any minute at one IPv4 address or one IPv6 /56, whatever the port and the
   *     peer, and whoever asks for it. What reaches the peer that it was for does not count; loopback
   *     is exempt
   */
  public record Counts(int perPeer, int total, int addresses, int perTarget) {
    public Counts {
      Ranges.check("dials", total, 1, 100_000);
      Ranges.check("dials per peer", perPeer, 1, total);
      Ranges.check("addresses per peer", addresses, 1, 1024);
      Ranges.check("dials per target", perTarget, 1, 10_000);
    }
  }

  /**
   * How long an address is left alone when it failed.
   *
   * @param first after its first failure; doubled by each further one
   * @param longest the longest such time
   */
  public record Backoff(Duration first, Duration longest) {
    public Backoff {
      Ranges.check("dial back-off", first, Duration.ZERO, Duration.ofDays(1));
      Ranges.check("longest dial back-off", longest, first, Duration.ofDays(1));
    }
  }

  public DialLimits {
    Ranges.check("dial deadline", deadline, Duration.ofMillis(1), Duration.ofMinutes(5));
    Ranges.check("dial stagger", stagger, Duration.ZERO, Duration.ofMinutes(1));
  }

  /**
   * 15 s and 250 ms as RFC 8305 and go-libp2p; 5 s of back-off as go-libp2p. 8 dials a minute are
   * all ports and transports of a peer, and no harm to whoever is not that peer.
   */
  public static DialLimits defaults() {
    return new DialLimits(
        Duration.ofSeconds(15),
        Duration.ofMillis(250),
        new Counts(8, 64, 64, 8),
        new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5)));
  }

  public DialLimits withDeadline(Duration value) {
    return new DialLimits(value, stagger, counts, backoff);
  }

  public DialLimits withStagger(Duration value) {
    return new DialLimits(deadline, value, counts, backoff);
  }

  public DialLimits withConcurrency(int ofOnePeer, int ofAll) {
    return with(new Counts(ofOnePeer, ofAll, counts.addresses, counts.perTarget));
  }

  public DialLimits withPerTarget(int value) {
    return with(new Counts(counts.perPeer, counts.total, counts.addresses, value));
  }

  public DialLimits withBackoff(Duration first, Duration longest) {
    return new DialLimits(deadline, stagger, counts, new Backoff(first, longest));
  }

  private DialLimits with(Counts value) {
    return new DialLimits(deadline, stagger, value, backoff);
  }
}
