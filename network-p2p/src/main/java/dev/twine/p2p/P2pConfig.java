package dev.twine.p2p;

import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.network.Address;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the libp2p transport needs beside the node's own configuration.
 *
 * @param listen multiaddrs to listen on, such as {@code /ip4/0.0.0.0/tcp/4190}; port 0 picks a free
 *     one; none listens nowhere
 * @param limits what the libp2p host under the transport may take on. When an address that failed is
 *     dialled again, though, is decided by the node alone
 * @param http how many streams for its services peers may open
 */
public record P2pConfig(List<Address> listen, Limits limits, HttpLimits http) {
  public P2pConfig {
    listen = List.copyOf(listen);
    listen.forEach(P2pConfig::multiaddr);
    limits = limits.with(limits.dialling().dials().withBackoff(Duration.ZERO, Duration.ZERO));
  }

  /** Dials and listens nowhere. */
  public static P2pConfig client() {
    return new P2pConfig(List.of(), Limits.defaults(), HttpLimits.defaults());
  }

  /**
   * Listens on these multiaddrs.
   *
   * @throws TwineException of code BAD_VALUE if one of them is none
   */
  public static P2pConfig listening(String... multiaddrs) {
    return client().withListen(Stream.of(multiaddrs).map(Address::parse).toList());
  }

  public P2pConfig withListen(List<Address> listen) {
    return new P2pConfig(listen, limits, http);
  }

  public P2pConfig withLimits(Limits limits) {
    return new P2pConfig(listen, limits, http);
  }

  public P2pConfig withHttp(HttpLimits http) {
    return new P2pConfig(listen, limits, http);
  }

  /** The address as libp2p reads it. */
  static Multiaddr multiaddr(Address address) {
    if (address.transport() == TransportKind.P2P) {
      try {
        return Multiaddr.parse(address.toString());
      } catch (Libp2pException e) {
        throw new TwineException(Code.BAD_VALUE, e.what(), e.value(), e.remedy(), e);
      }
    }
    throw new TwineException(
        Code.BAD_VALUE,
        "not a multiaddr",
        address.toString(),
        "give one such as /ip4/127.0.0.1/tcp/4190");
  }
}
