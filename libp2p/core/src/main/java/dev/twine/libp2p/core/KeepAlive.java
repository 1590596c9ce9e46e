package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * How a silent peer is noticed.
 *
 * @param interval between pings of the multiplexer
 * @param deadAfter silence after which the connection ends
 * @param firstAnswer how long a peer may say nothing at all after the handshake: the first ping goes
 *     out at once, and whoever uses the connection answers it
 */
public record KeepAlive(Duration interval, Duration deadAfter, Duration firstAnswer) {
  public KeepAlive {
    Ranges.check("keep-alive interval", interval, Duration.ofMillis(10), Duration.ofHours(1));
    Ranges.check("keep-alive deadline", deadAfter, interval, Duration.ofHours(4));
    Ranges.check("first answer", firstAnswer, Duration.ofMillis(10), Duration.ofHours(4));
  }

  /**
   * Every 20 s; two unanswered pings and some slack end the connection. 10 s for the first answer as
   * for the handshake: some implementations leave connections open that they have refused.
   */
  public static KeepAlive defaults() {
    return new KeepAlive(Duration.ofSeconds(20), Duration.ofSeconds(45), Duration.ofSeconds(10));
  }

  public KeepAlive withInterval(Duration value, Duration newDeadAfter) {
    return new KeepAlive(value, newDeadAfter, firstAnswer);
  }

  public KeepAlive withFirstAnswer(Duration value) {
    return new KeepAlive(interval, deadAfter, value);
  }
}
