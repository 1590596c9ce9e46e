package dev.twine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.MeshConfig;
import dev.twine.gossip.Transport;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.TransportKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that know one other each, and in the end all of them. */
class DiscoveryTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofMillis(250);
  private static final long PAUSE_NANOS = 20_000_000;

  /** What a node listens on. */
  enum Strands {
    WS,
    P2P,
    HYBRID;

    private List<TransportKind> kinds() {
      return switch (this) {
        case WS -> List.of(TransportKind.WS);
        case P2P -> List.of(TransportKind.P2P);
        case HYBRID -> List.of(TransportKind.WS, TransportKind.P2P);
      };
    }
  }

  @AutoClose
  private final Nodes nodes = new Nodes();

  private final ManualClock clock = new ManualClock();

  @ParameterizedTest
  @EnumSource
  void aChainOfIntroductionsBecomesAFullTableWithin30Seconds(Strands strands) {
    List<GossipNode> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(node(strands, i == 0 ? List.of() : all.get(i - 1).addresses()));
    }
    awaitFullTable(all);
  }

  @ParameterizedTest
  @EnumSource
  void nodesThatKnowOneNodeFindEachOther(Strands strands) {
    List<GossipNode> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(node(strands, i == 0 ? List.of() : all.get(0).addresses()));
    }
    awaitFullTable(all);
  }

  @ParameterizedTest
  @EnumSource
  void nodesOfOneStrandMeetThroughAHybridOne(Strands strands) {
    GossipNode middle = node(Strands.HYBRID, List.of());
    List<GossipNode> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(node(strands, middle.addresses()));
    }
    all.add(middle);
    awaitFullTable(all);
  }

  private void awaitFullTable(List<GossipNode> all) {
    long end = clock.nanoTime() + DEADLINE.toNanos();
    while (clock.nanoTime() < end && !isFull(all)) {
      clock.advance(STEP);
      long pause = System.nanoTime() + PAUSE_NANOS;
      while (System.nanoTime() < pause && !isFull(all)) {
        LockSupport.parkNanos(PAUSE_NANOS / 10);
      }
    }
    for (GossipNode node : all) {
      assertThat(all)
          .filteredOn(other -> other != node)
          .allMatch(other -> Nodes.knows(node, other.nodeId()));
    }
  }

  private static boolean isFull(List<GossipNode> all) {
    return all.stream()
        .allMatch(node ->
            all.stream().allMatch(other -> other == node || Nodes.knows(node, other.nodeId())));
  }

  private GossipNode node(Strands strands, List<Address> known) {
    Transport[] transports =
        strands.kinds().stream().map(nodes.network::transport).toArray(Transport[]::new);
    List<Address> dialled = known.stream()
        .filter(address -> strands.kinds().contains(address.transport()))
        .toList();
    return nodes.node(
        config -> config
            .withClock(clock)
            .withDiscovery(Discovery.defaults())
            .withMesh(MeshConfig.defaults().withStaticPeers(dialled).withSeed(clock.scheduled())),
        transports);
  }
}
