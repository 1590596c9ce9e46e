package dev.twine.p2p;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.GossipEngine;
import dev.twine.network.GossipNode;
import java.util.List;

/** Makes nodes that are reachable over libp2p only. */
public final class P2pNetwork {
  private P2pNetwork() {}

  /** A node that has not been started. It belongs to the caller, who closes it. */
  public static GossipNode create(GossipConfig config, P2pConfig p2p) {
    return GossipEngine.create(config, List.of(new P2pTransport(p2p)));
  }
}
