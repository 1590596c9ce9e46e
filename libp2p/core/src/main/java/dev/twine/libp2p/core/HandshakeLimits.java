package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * Limits of connections that are not secured yet.
 *
 * @param deadline for security and multiplexer together, from the moment of connecting
 * @param pending inbound handshakes at a time
 * @param pendingPerAddress inbound handshakes at a time from one address
 * @param grace how long one that came from a network with as few others as the newcomer's keeps its
 *     place when all are taken; one of many from its network does not
 */
public record HandshakeLimits(
    Duration deadline, int pending, int pendingPerAddress, Duration grace) {
  public HandshakeLimits {
    Ranges.check("handshake deadline", deadline, Duration.ofMillis(1), Duration.ofMinutes(5));
    Ranges.check("pending handshakes", pending, 1, 100_000);
    Ranges.check("pending handshakes per address", pendingPerAddress, 1, pending);
    Ranges.check("grace of handshakes", grace, Duration.ZERO, Duration.ofMinutes(5));
  }

  /**
   * 10 s as js-libp2p; 64 in all and 5 from one address keep a flood below one core. 1 s is what a
   * handshake takes from the other side of the world.
   */
  public static HandshakeLimits defaults() {
    return new HandshakeLimits(Duration.ofSeconds(10), 64, 5, Duration.ofSeconds(1));
  }

  public HandshakeLimits withDeadline(Duration value) {
    return new HandshakeLimits(value, pending, pendingPerAddress, grace);
  }

  public HandshakeLimits withPending(int total, int perAddress) {
    return new HandshakeLimits(deadline, total, perAddress, grace);
  }

  public HandshakeLimits withGrace(Duration value) {
    return new HandshakeLimits(deadline, pending, pendingPerAddress, value);
  }
}
