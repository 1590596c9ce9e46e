package dev.twine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.Limits;
import dev.twine.gossip.MeshConfig;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo;
import dev.twine.network.TransportKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A full mesh that gives the place of a peer to another one. */
class UpkeepTest {
  private static final Duration REVIEW = Duration.ofMinutes(5);
  private static final int ENOUGH = 100;

  @AutoClose
  private final Nodes nodes = new Nodes();

  private final ManualClock clock = new ManualClock();
  private final List<GossipNode> peers = new ArrayList<>();
  private final List<String> reasons = new CopyOnWriteArrayList<>();

  @Test
  void withoutProgressOneIsReplacedAndLeftAloneForAWhile() {
    GossipNode node = fullMesh(4, 3);
    node.progressed();
    List<PeerInfo> before = node.peers().list();
    clock.advance(REVIEW.minusMillis(1));
    assertThat(reasons).isEmpty();

    clock.advance(Duration.ofMillis(1));

    Eventually.until("one is given up", () -> reasons.size() == 1);
    assertThat(reasons).containsExactly("no progress with these peers");
    Eventually.asTimePasses(clock, "another is there", () -> node.peers().list().size() == 3);
    assertThat(node.peers().list().stream().map(PeerInfo::nodeId))
        .isNotEqualTo(before.stream().map(PeerInfo::nodeId).toList());
  }

  @Test
  void withProgressNobodyIs() {
    GossipNode node = fullMesh(4, 3);
    for (int i = 0; i < 12; i++) {
      node.progressed();
      clock.advance(REVIEW.dividedBy(2));
    }
    assertThat(reasons).isEmpty();
    assertThat(node.peers().list()).hasSize(3);
  }

  @Test
  void anApplicationThatNeverReportsProgressIsNotTakenToHaveNone() {
    fullMesh(4, 3);
    clock.advance(REVIEW.multipliedBy(3));
    assertThat(reasons).isEmpty();
  }

  @Test
  void nobodyIsGivenUpWhereNobodyElseIs() {
    GossipNode node = fullMesh(3, 3);
    node.progressed();
    clock.advance(REVIEW.multipliedBy(3));
    assertThat(reasons).isEmpty();
  }

  @Test
  void whoBringsClearlyLessThanTheOthersIsReplaced() {
    GossipNode node = fullMesh(4, 3);
    clock.advance(REVIEW);
    List<GossipNode> speakers =
        peers.stream().filter(peer -> Nodes.knows(node, peer.nodeId())).limit(2).toList();
    for (GossipNode speaker : speakers) {
      for (int i = 0; i < ENOUGH; i++) {
        speaker.broadcast(Nodes.BULK, Nodes.text(speaker.nodeId() + " " + i));
      }
    }
    Eventually.until(
        "all came",
        () -> Nodes.metric(node, "twine_messages_received_total", "tag", "xb") >= 2 * ENOUGH);

    clock.advance(REVIEW);

    Eventually.until("one is given up", () -> reasons.size() == 1);
    assertThat(reasons).containsExactly("least useful peer");
    assertThat(speakers).allMatch(speaker -> Nodes.knows(node, speaker.nodeId()));
  }

  private GossipNode fullMesh(int known, int fanout) {
    var phonebook = new ArrayList<Address>();
    for (int i = 0; i < known; i++) {
      peers.add(nodes.ws());
      phonebook.add(peers.get(i).addresses().get(0));
    }
    Duration hour = Duration.ofHours(1); // Time jumps, so silence means nothing.
    var silence = new Limits.Liveness(hour, hour, hour, Duration.ofSeconds(5));
    GossipNode node = nodes.node(
        config -> config
            .withClock(clock)
            .withRelays(false)
            .withLimits(Limits.defaults().withLiveness(silence))
            .withMesh(
                MeshConfig.defaults().withSeed(1).withFanout(fanout).withPhonebook(phonebook)),
        nodes.network.client(TransportKind.WS));
    node.observe(event -> {
      if (event instanceof NodeEvent.SessionClosed closed) {
        reasons.add(closed.reason());
      }
    });
    Eventually.until(
        "the mesh is full and all are proven",
        () -> node.peers().list().stream().filter(peer -> peer.nodeId() != null).count() == fanout);
    return node;
  }
}
