package dev.twine.node.config;

import dev.twine.gossip.GossipConfig;
import dev.twine.hybrid.HybridNetwork;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.p2p.P2pConfig;
import dev.twine.p2p.P2pNetwork;
import dev.twine.ws.Trust;
import dev.twine.ws.WsConfig;
import dev.twine.ws.WsNetwork;
import java.util.function.Supplier;

/** Makes the node that settings describe. */
public final class NodeFactory {
  private NodeFactory() {}

  /** A new node, not started, that lets no forged author pass. */
  public static GossipNode create(NodeSettings settings, NodeKey key, String agent) {
    GossipConfig gossip = GossipConfig.of(key, settings.network().id())
        .withAgent(agent)
        .withTags(settings.tags())
        .withRelays(settings.network().relays())
        .withMesh(settings.mesh())
        .withDiscovery(settings.network().discovery())
        .withLimits(settings.bounds().limits())
        .withLanes(settings.bounds().lanes())
        .withServices(settings.bounds().services());
    if (settings.ws().publicAddress().isPresent()) {
      gossip = gossip.withPublicAddress(settings.ws().publicAddress().get());
    }
    GossipNode node = create(
        settings.network().mode(), gossip, () -> ws(settings.ws()), () -> p2p(settings.p2p()));
    AuthorCheck.on(node);
    return node;
  }

  /**
   * A new node of that mode, not started. A transport that the mode does not have is not asked for,
   * and none of its classes is loaded.
   */
  public static GossipNode create(
      Mode mode, GossipConfig gossip, Supplier<WsConfig> ws, Supplier<P2pConfig> p2p) {
    return switch (mode) {
      case WS -> WsNetwork.create(gossip, ws.get());
      case P2P -> P2pNetwork.create(gossip, p2p.get());
      case HYBRID -> HybridNetwork.create(gossip, ws.get(), p2p.get());
    };
  }

  private static P2pConfig p2p(NodeSettings.P2p p2p) {
    P2pConfig config = P2pConfig.client().withListen(p2p.listen());
    return p2p.limits().map(limits -> limits.on(config)).orElse(config);
  }

  private static WsConfig ws(NodeSettings.Ws ws) {
    WsConfig config = ws.listen()
        .map(listen -> WsConfig.listening(listen.host(), listen.port()))
        .orElseGet(WsConfig::client);
    WsConfig trusting = ws.ca().map(ca -> config.withTrust(Trust.pem(ca))).orElse(config);
    return ws.tls()
        .map(files -> trusting.withCertificate(files.cert(), files.key()))
        .orElse(trusting);
  }
}
