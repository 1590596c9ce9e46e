package dev.twine.hybrid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.GossipNode;
import dev.twine.network.Metric;
import dev.twine.network.PeerInfo;
import dev.twine.network.TransportKind;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.Inbox;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages across the two transports. */
@Timeout(60)
class HybridNetworkTest {
  private static final int MESSAGES = 200;

  private final Cluster cluster = new Cluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void listensOnBothTransports() {
    assertThat(cluster.node(Kind.HYBRID).addresses())
        .extracting(address -> address.transport())
        .containsExactly(TransportKind.WS, TransportKind.P2P);
  }

  @Test
  void nodesOfOneTransportReachThoseOfTheOtherThroughAHybridNode() throws Exception {
    GossipNode ws = cluster.node(Kind.WS);
    GossipNode p2p = cluster.node(Kind.P2P);
    GossipNode hybrid = cluster.node(Kind.HYBRID);
    var atWs = new Inbox();
    var atP2p = new Inbox();
    ws.handle(Cluster.NEWS, atWs);
    p2p.handle(Cluster.NEWS, atP2p);
    Cluster.connect(ws, hybrid, TransportKind.WS);
    Cluster.connect(hybrid, p2p, TransportKind.P2P);
    Eventually.until("both are there", () -> hybrid.peers().list().size() == 2);

    for (int i = 0; i < MESSAGES; i++) {
      ws.broadcast(Cluster.NEWS, ("ws " + i).getBytes(UTF_8));
      p2p.broadcast(Cluster.NEWS, ("p2p " + i).getBytes(UTF_8));
    }

    atP2p.await(MESSAGES, Cluster.DEADLINE);
    atWs.await(MESSAGES, Cluster.DEADLINE);
    assertThat(atP2p.texts()).containsExactlyElementsOf(numbered("ws "));
    assertThat(atWs.texts()).containsExactlyElementsOf(numbered("p2p "));
    assertThat(atP2p.messages().get(0).via().transport()).isEqualTo(TransportKind.P2P);
  }

  @Test
  void votesCrossTheTransportsInTheirOwnLane() throws Exception {
    GossipNode ws = cluster.node(Kind.WS);
    GossipNode p2p = cluster.node(Kind.P2P);
    GossipNode hybrid = cluster.node(Kind.HYBRID);
    var votes = new Inbox();
    p2p.handle(Cluster.VOTE, votes);
    Cluster.connect(ws, hybrid, TransportKind.WS);
    Cluster.connect(p2p, hybrid, TransportKind.P2P);
    Eventually.until("both are there", () -> hybrid.peers().list().size() == 2);

    ws.broadcast(Cluster.VOTE, "aye".getBytes(UTF_8));

    assertThat(votes.await(1, Cluster.DEADLINE)).hasSize(1);
  }

  /** A ring of all three kinds with two ways across, so that every message comes twice everywhere. */
  @Test
  void aMessageIsHandledOnceHoweverManyWaysItCame() throws Exception {
    GossipNode ws = cluster.node(Kind.WS);
    GossipNode p2p = cluster.node(Kind.P2P);
    GossipNode one = cluster.node(Kind.HYBRID);
    GossipNode two = cluster.node(Kind.HYBRID);
    List<GossipNode> all = List.of(ws, p2p, one, two);
    List<Inbox> inboxes = all.stream().map(node -> new Inbox()).toList();
    for (int i = 0; i < all.size(); i++) {
      all.get(i).handle(Cluster.NEWS, inboxes.get(i));
    }
    Cluster.connect(ws, one, TransportKind.WS);
    Cluster.connect(ws, two, TransportKind.WS);
    Cluster.connect(p2p, one, TransportKind.P2P);
    Cluster.connect(p2p, two, TransportKind.P2P);
    Cluster.connect(one, two, TransportKind.P2P);
    Eventually.until(
        "the ring is closed",
        () -> all.stream().mapToInt(node -> node.peers().list().size()).sum() == 10);

    for (int i = 0; i < MESSAGES; i++) {
      for (GossipNode node : all) {
        node.broadcast(Cluster.NEWS, (node.nodeId() + " " + i).getBytes(UTF_8));
      }
    }

    for (Inbox inbox : inboxes) {
      inbox.await(3 * MESSAGES, Cluster.DEADLINE);
      assertThat(inbox.texts()).doesNotHaveDuplicates();
    }
    assertThat(filtered(one)).isPositive();
  }

  @Test
  void eachSessionTellsItsTransport() throws Exception {
    GossipNode hybrid = cluster.node(Kind.HYBRID);
    Cluster.connect(hybrid, cluster.node(Kind.WS), TransportKind.WS);
    Cluster.connect(hybrid, cluster.node(Kind.P2P), TransportKind.P2P);

    assertThat(hybrid.peers().list())
        .extracting(PeerInfo::transport)
        .containsExactly(TransportKind.WS, TransportKind.P2P);
    assertThat(hybrid.peers().list())
        .allSatisfy(peer -> assertThat(peer.nodeId()).isNotNull());
  }

  private static double filtered(GossipNode node) {
    return node.metrics().stream()
        .filter(metric -> metric.name().contains("duplicate"))
        .mapToDouble(Metric::value)
        .sum();
  }

  private static List<String> numbered(String prefix) {
    return IntStream.range(0, MESSAGES).mapToObj(i -> prefix + i).toList();
  }
}
