package dev.twine.ws;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.GossipEngine;
import dev.twine.network.GossipNode;
import java.util.List;

/** Makes nodes that are reachable over WebSocket only. */
public final class WsNetwork {
  private WsNetwork() {}

  /** A node that has not been started. It belongs to the caller, who closes it. */
  public static GossipNode create(GossipConfig config, WsConfig ws) {
    return GossipEngine.create(config, List.of(new WsTransport(ws)));
  }
}
