package dev.twine.libp2p.core;

import io.netty.channel.ChannelHandler;
import java.time.Duration;
import java.util.List;

/**
 * What to open.
 *
 * @param protocols what to propose, in order; with a single one the first data travels with the
 *     proposal and no round trip is spent
 * @param initializer joins the stream's pipeline behind the negotiation; if it is used for several
 *     streams it has to be sharable
 * @param deadline for the peer's agreement
 */
public record StreamRequest(List<String> protocols, ChannelHandler initializer, Duration deadline) {
  /** How long a peer may take to agree to a protocol. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);

  public StreamRequest {
    protocols = List.copyOf(protocols);
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException("no protocol: []: name at least one");
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("deadline out of range: " + deadline + ": above zero");
    }
  }

  /** One protocol, optimistically, with the default deadline. */
  public static StreamRequest of(String protocol, ChannelHandler initializer) {
    return new StreamRequest(List.of(protocol), initializer, DEFAULT_DEADLINE);
  }
}
