package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.PeerInfo.State;
import dev.twine.network.TransportKind;
import dev.twine.testkit.Eventually;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is there, who is not any more, and what each end says of the reason. */
@Timeout(60)
class DisconnectTest {
  @AutoClose
  private final Cluster cluster = new Cluster();

  @ParameterizedTest
  @EnumSource
  void bothEndsListTheSessionAsItIs(Way way) throws Exception {
    GossipNode a = cluster.node(way.kind(), config -> config.withAgent("dialler/1"));
    GossipNode b = cluster.node(way.kind(), config -> config.withAgent("listener/2"));

    PeerInfo dialled = Cluster.connect(a, b, way.transport());

    PeerInfo atA = Cluster.session(a, b).orElseThrow();
    PeerInfo atB = Cluster.session(b, a).orElseThrow();
    assertThat(atA.session()).isEqualTo(dialled.session());
    assertThat(List.of(atA.direction(), atB.direction()))
        .containsExactly(Direction.OUT, Direction.IN);
    assertThat(List.of(atA.agent(), atB.agent())).containsExactly("listener/2", "dialler/1");
    assertThat(List.of(atA, atB)).allSatisfy(info -> {
      assertThat(info.transport()).isEqualTo(way.transport());
      assertThat(info.state()).isEqualTo(State.ACTIVE);
      assertThat(info.bulkQueue() + info.priorityQueue()).isZero();
    });
  }

  @ParameterizedTest
  @EnumSource
  void whoIsDisconnectedIsNotListedAndComesBackUnderAnotherName(Way way) throws Exception {
    GossipNode a = cluster.node(way.kind());
    GossipNode b = cluster.node(way.kind());
    List<NodeEvent> atA = events(a);
    List<NodeEvent> atB = events(b);
    PeerInfo first = Cluster.connect(a, b, way.transport());

    assertThat(a.peers().disconnect(Cluster.ref(b))).isTrue();

    assertThat(reason(atA)).isEqualTo("disconnected by this node");
    assertThat(reason(atB)).startsWith("closed by the peer");
    Eventually.until(
        "neither lists it", () -> a.peers().list().isEmpty() && b.peers().list().isEmpty());
    assertThat(a.peers().disconnect(Cluster.ref(b))).isFalse();
    PeerInfo second = Cluster.connect(a, b, way.transport());
    assertThat(second.session().number()).isGreaterThan(first.session().number());
  }

  @ParameterizedTest
  @EnumSource
  void aNodeThatIsClosedLeavesItsPeersWithTheReason(Way way) throws Exception {
    GossipNode a = cluster.node(way.kind());
    GossipNode b = cluster.node(way.kind());
    List<NodeEvent> atB = events(b);
    Cluster.connect(a, b, way.transport());

    a.close();

    assertThat(reason(atB)).startsWith("closed by the peer");
    assertThat(a.peers().list()).isEmpty();
    assertThat(Cluster.metric(b, "twine_peers_disconnected_total", "remote-closed"))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatBreaksTheRulesIsCutForThatReason(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind());
    List<NodeEvent> events = events(node);
    try (RawPeer peer = RawPeer.dial(way, node)) {
      peer.send("AV" + "x".repeat(1_229));

      peer.awaitEnd();
      assertThat(reason(events)).startsWith("message too large");
      assertThat(Cluster.refused(node, "too-large")).isEqualTo(1);
    }
  }

  /** Whoever listens there accepts connections, and says nothing. */
  @ParameterizedTest
  @EnumSource
  void aDialThatIsCancelledLeavesNothingBehind(Way way) throws Exception {
    GossipNode node = cluster.client(way.kind(), config -> config);
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = listener.getLocalPort();
      Address address = way.transport() == TransportKind.WS
          ? Address.ws("127.0.0.1", port)
          : Address.parse("/ip4/127.0.0.1/tcp/" + port + "/p2p/"
              + cluster.config().self().key().nodeId());
      CompletableFuture<PeerInfo> dial = node.peers().connect(address, DEADLINE);
      try (var accepted = listener.accept()) {
        dial.cancel(true);

        // The end of it, behind whatever was said.
        accepted.getInputStream().readAllBytes();
      }
      assertThat(dial).isCancelled();
      Eventually.until("no place is taken", () -> gauge(node, "twine_connections") == 0);
      assertThat(node.peers().list()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNodeStartsOnceAndIsClosedAsOftenAsOneLikes(Kind kind) {
    GossipNode node = cluster.add(kind.listening(cluster.config()));
    assertThat(node.addresses()).isEmpty();

    node.start();
    assertThat(node.addresses())
        .hasSameSizeAs(kind.transports())
        .allSatisfy(address -> assertThat(address.port()).isPositive());
    assertThatThrownBy(node::start).isInstanceOf(IllegalStateException.class);

    node.close();
    node.close();
    GossipNode again = cluster.start(kind.listening(cluster.config(), node.addresses()));
    assertThat(again.addresses()).hasSameSizeAs(kind.transports());
  }

  private static List<NodeEvent> events(GossipNode node) {
    List<NodeEvent> events = new CopyOnWriteArrayList<>();
    node.observe(events::add);
    return events;
  }

  /** The reason of the first session that was closed. */
  private static String reason(List<NodeEvent> events) {
    Eventually.until("an end", () -> closed(events) != null);
    return closed(events).reason();
  }

  private static NodeEvent.SessionClosed closed(List<NodeEvent> events) {
    return events.stream()
        .filter(NodeEvent.SessionClosed.class::isInstance)
        .map(NodeEvent.SessionClosed.class::cast)
        .findFirst()
        .orElse(null);
  }

  private static double gauge(GossipNode node, String name) {
    return node.metrics().stream()
        .filter(metric -> metric.name().equals(name))
        .mapToDouble(metric -> metric.value())
        .sum();
  }
}
