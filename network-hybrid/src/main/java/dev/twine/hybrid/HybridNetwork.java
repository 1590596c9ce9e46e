package dev.twine.hybrid;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.GossipEngine;
import dev.twine.network.GossipNode;
import dev.twine.p2p.P2pConfig;
import dev.twine.p2p.P2pTransport;
import dev.twine.ws.WsConfig;
import dev.twine.ws.WsTransport;
import java.util.List;

/**
 * Makes nodes that are reachable over both transports: one engine, so one table of peers, one
 * duplicate filter and one set of limits. What comes in over one transport travels on over both.
 */
public final class HybridNetwork {
  private HybridNetwork() {}

  /**
   * A node that has not been started. It belongs to the caller, who closes it. If one of the
   * transports cannot listen, {@link GossipNode#start} fails and neither does.
   */
  public static GossipNode create(GossipConfig config, WsConfig ws, P2pConfig p2p) {
    return GossipEngine.create(config, List.of(new WsTransport(ws), new P2pTransport(p2p)));
  }
}
