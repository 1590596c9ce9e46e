package dev.twine.hybrid;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.MeshConfig;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes on real sockets that know one other each, and in the end all of them. */
@Timeout(90)
class IntroductionsTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Cluster cluster = new Cluster();
  private final List<GossipNode> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource
  void aChainOfIntroductionsBecomesAFullTableWithin30Seconds(Kind kind) {
    for (int i = 0; i < 4; i++) {
      start(kind, i == 0 ? List.of() : nodes.get(i - 1).addresses());
    }
    awaitFullTable();
  }

  @ParameterizedTest
  @EnumSource
  void nodesThatKnowOneNodeFindEachOther(Kind kind) {
    for (int i = 0; i < 4; i++) {
      start(kind, i == 0 ? List.of() : nodes.get(0).addresses());
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

  private void start(Kind kind, List<Address> known) {
    nodes.add(cluster.node(
        kind,
        config -> config
            .withMesh(MeshConfig.defaults().withStaticPeers(known))
            .withDiscovery(Discovery.defaults())));
  }
}
