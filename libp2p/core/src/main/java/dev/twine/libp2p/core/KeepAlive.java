package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * How a silent peer is noticed.
 *
 * @param interval between pings of the multiplexer
 * @param deadAfter silence after which the connection ends
 */
public record KeepAlive(Duration interval, Duration deadAfter) {
  public KeepAlive {
    Ranges.check("keep-alive interval", interval, Duration.ofMillis(10), Duration.ofHours(1));
    Ranges.check("keep-alive deadline", deadAfter, interval, Duration.ofHours(4));
  }

  /** Every 20 s; two unanswered pings and some slack end the connection. */
  public static KeepAlive defaults() {
    return new KeepAlive(Duration.ofSeconds(20), Duration.ofSeconds(45));
  }
}
