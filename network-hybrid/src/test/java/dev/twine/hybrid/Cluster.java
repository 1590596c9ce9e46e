package dev.twine.hybrid;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Loops;
import dev.twine.gossip.MeshConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.TransportKind;
import dev.twine.p2p.P2pConfig;
import dev.twine.p2p.P2pNetwork;
import dev.twine.ws.WsConfig;
import dev.twine.ws.WsNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Nodes of all three kinds on loopback that share their event loops, and end with the test. */
final class Cluster implements AutoCloseable {
  static final Tag NEWS = Tag.of("nw");
  static final Tag VOTE = Tag.of("AV");
  static final Duration DEADLINE = Duration.ofSeconds(10);

  private static final String ANY_WS = "127.0.0.1:0";
  private static final String ANY_P2P = "/ip4/127.0.0.1/tcp/0";

  private final Loops loops = Loops.start(2);
  private final List<GossipNode> nodes = new ArrayList<>();

  GossipNode ws() {
    return started(WsNetwork.create(config(MeshConfig.defaults()), ws(ANY_WS)));
  }

  GossipNode p2p() {
    return started(P2pNetwork.create(config(MeshConfig.defaults()), P2pConfig.listening(ANY_P2P)));
  }

  GossipNode hybrid() {
    return hybrid(MeshConfig.defaults());
  }

  /** That looks for its peers by itself. */
  GossipNode hybrid(MeshConfig mesh) {
    return started(create(config(mesh), ANY_WS, ANY_P2P));
  }

  /** With a key that is known before, for a node that comes back. */
  GossipNode again(GossipConfig config, Address listen) {
    return started(
        listen.transport() == TransportKind.WS
            ? WsNetwork.create(config, ws(listen.hostAndPort()))
            : P2pNetwork.create(config, P2pConfig.client().withListen(List.of(listen))));
  }

  GossipNode create(GossipConfig config, String ws, String p2p) {
    GossipNode node = HybridNetwork.create(config, ws(ws), P2pConfig.listening(p2p));
    nodes.add(node);
    return node;
  }

  GossipConfig config(MeshConfig mesh) {
    return GossipConfig.of(NodeKey.generate(KeyType.ED25519), "hybrid-test")
        .withTags(List.of(TagSpec.of("nw")))
        .withMesh(mesh)
        .withDiscovery(Discovery.none()) // Who has a session with whom is up to the test.
        .withLoops(loops);
  }

  static Address address(GossipNode node, TransportKind transport) {
    return node.addresses().stream()
        .filter(one -> one.transport() == transport)
        .findFirst()
        .map(one -> one.transport() == TransportKind.WS
            ? Address.parse("ws://" + node.nodeId() + "@" + one.hostAndPort())
            : one)
        .orElseThrow();
  }

  static CompletableFuture<PeerInfo> dial(GossipNode from, GossipNode to, TransportKind transport) {
    return from.peers().connect(address(to, transport), DEADLINE);
  }

  static PeerInfo connect(GossipNode from, GossipNode to, TransportKind transport)
      throws Exception {
    return dial(from, to, transport).get(15, TimeUnit.SECONDS);
  }

  private GossipNode started(GossipNode node) {
    if (!nodes.contains(node)) {
      nodes.add(node);
    }
    node.start();
    return node;
  }

  private static WsConfig ws(String listen) {
    return WsConfig.client().withListen(Address.parse(listen));
  }

  @Override
  public void close() {
    nodes.forEach(GossipNode::close);
    loops.close();
  }
}
