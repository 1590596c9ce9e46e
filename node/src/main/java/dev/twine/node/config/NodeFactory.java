package dev.twine.node.config;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.ws.Trust;
import dev.twine.ws.WsConfig;
import dev.twine.ws.WsNetwork;

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
        .withDiscovery(Discovery.none())
        .withLimits(settings.limits())
        .withLanes(settings.lanes());
    if (settings.ws().publicAddress().isPresent()) {
      gossip = gossip.withPublicAddress(settings.ws().publicAddress().get());
    }
    GossipNode node = WsNetwork.create(gossip, ws(settings.ws()));
    AuthorCheck.on(node);
    return node;
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
