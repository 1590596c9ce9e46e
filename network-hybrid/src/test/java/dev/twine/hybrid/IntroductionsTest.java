package dev.twine.hybrid;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.MeshConfig;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.p2p.P2pConfig;
import dev.twine.p2p.P2pNetwork;
import dev.twine.testkit.Eventually;
import dev.twine.ws.WsConfig;
import dev.twine.ws.WsNetwork;
import io.netty.util.LeakPresenceDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes on real sockets that know one other each, and in the end all of them. */
@Timeout(90)
class IntroductionsTest {
  private static final String P2P = "/ip4/127.0.0.1/tcp/0";
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  enum Mode {
    WS,
    P2P,
    HYBRID
  }

  private final Cluster cluster = new Cluster();
  private final List<GossipNode> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(GossipNode::close);
    cluster.close();
  }

  @AfterAll
  static void nothingLeaks() {
    LeakPresenceDetector.check();
  }

  @ParameterizedTest
  @EnumSource
  void aChainOfIntroductionsBecomesAFullTableWithin30Seconds(Mode mode) {
    for (int i = 0; i < 4; i++) {
      start(mode, i == 0 ? List.of() : nodes.get(i - 1).addresses());
    }
    awaitFullTable();
  }

  @ParameterizedTest
  @EnumSource
  void nodesThatKnowOneNodeFindEachOther(Mode mode) {
    for (int i = 0; i < 4; i++) {
      start(mode, i == 0 ? List.of() : nodes.get(0).addresses());
    }
    awaitFullTable();
  }

  private void awaitFullTable() {
    Eventually.within(
        DEADLINE,
        () -> "all know all: " + nodes.stream().map(node -> node.peers().list()).toList(),
        () -> nodes.stream().allMatch(IntroductionsTest::knowsAll));
  }

  private static boolean knowsAll(GossipNode node) {
    List<PeerInfo> peers = node.peers().list();
    return peers.size() == 3
        && peers.stream()
                .map(PeerInfo::nodeId)
                .filter(Objects::nonNull)
                .distinct()
                .count()
            == 3;
  }

  private void start(Mode mode, List<Address> known) {
    GossipConfig config = cluster
        .config(MeshConfig.defaults().withStaticPeers(known))
        .withDiscovery(Discovery.defaults());
    var ws = WsConfig.listening("127.0.0.1", 0);
    GossipNode node = switch (mode) {
      case WS -> WsNetwork.create(config, ws);
      case P2P -> P2pNetwork.create(config, P2pConfig.listening(P2P));
      case HYBRID -> HybridNetwork.create(config, ws, P2pConfig.listening(P2P));
    };
    nodes.add(node);
    node.start();
  }
}
