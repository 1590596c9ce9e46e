package dev.twine.hybrid;

import dev.twine.gossip.GossipConfig;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.TransportKind;
import dev.twine.p2p.P2pConfig;
import dev.twine.p2p.P2pNetwork;
import dev.twine.ws.WsConfig;
import dev.twine.ws.WsNetwork;
import java.util.List;

/** The three kinds of node. */
enum Kind {
  WS(TransportKind.WS),
  P2P(TransportKind.P2P),
  HYBRID(TransportKind.WS, TransportKind.P2P);

  private static final String ANY_WS = "127.0.0.1:0";
  private static final String ANY_P2P = "/ip4/127.0.0.1/tcp/0";

  @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
  private final List<TransportKind> transports;

  Kind(TransportKind... transports) {
    this.transports = List.of(transports);
  }

  List<TransportKind> transports() {
    return transports;
  }

  /** One of the transports of this kind, so that nodes in a row come by all of them. */
  TransportKind transport(int number) {
    return transports.get(number % transports.size());
  }

  /** A node that listens on free ports of loopback. */
  GossipNode listening(GossipConfig config) {
    return listening(config, ANY_WS, ANY_P2P);
  }

  /** A node that listens where another one did. */
  GossipNode listening(GossipConfig config, List<Address> again) {
    return listening(config, first(again, TransportKind.WS), first(again, TransportKind.P2P));
  }

  GossipNode listening(GossipConfig config, String ws, String p2p) {
    return create(
        config, WsConfig.client().withListen(Address.parse(ws)), P2pConfig.listening(p2p));
  }

  /** A node that only dials. */
  GossipNode client(GossipConfig config) {
    return create(config, WsConfig.client(), P2pConfig.client());
  }

  private GossipNode create(GossipConfig config, WsConfig ws, P2pConfig p2p) {
    return switch (this) {
      case WS -> WsNetwork.create(config, ws);
      case P2P -> P2pNetwork.create(config, p2p);
      case HYBRID -> HybridNetwork.create(config, ws, p2p);
    };
  }

  private static String first(List<Address> addresses, TransportKind transport) {
    return addresses.stream()
        .filter(one -> one.transport() == transport)
        .findFirst()
        .map(one -> transport == TransportKind.WS ? one.hostAndPort() : one.toString())
        .orElse(transport == TransportKind.WS ? ANY_WS : ANY_P2P);
  }
}
