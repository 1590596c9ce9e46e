package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.DEADLINE;
import static dev.twine.hybrid.Cluster.TX;
import static dev.twine.hybrid.Cluster.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.GossipConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.testkit.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody is taken for somebody else, whatever the transport proves it by. */
@Timeout(60)
class IdentityTest {
  @AutoClose
  private final Cluster cluster = new Cluster();

  @ParameterizedTest
  @EnumSource
  void aNodeDoesNotTalkToItself(Way way) {
    GossipNode node = cluster.node(way.kind());

    assertRefused(Cluster.dial(node, node, way.transport()), Code.SELF);

    assertThat(node.peers().list()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aNodeOfAnotherNetworkIsRefusedAndBothEndsSayWhy(Way way) {
    GossipNode node = cluster.node(way.kind());
    GossipNode other = cluster.start(way.kind()
        .client(GossipConfig.of(NodeKey.generate(KeyType.ED25519), "other")
            .withLoops(cluster.config().shared().loops())));
    List<NodeEvent> events = new CopyOnWriteArrayList<>();
    node.observe(events::add);

    assertRefused(Cluster.dial(other, node, way.transport()), Code.NETWORK_MISMATCH);

    Eventually.until(
        "the listener tells",
        () -> events.stream()
            .anyMatch(event -> event instanceof NodeEvent.SessionRefused refused
                && refused.reason().equals("network")));
    assertThat(other.peers().list()).isEmpty();
    assertThat(node.peers().list()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anotherNodeThanTheOneThatIsExpectedIsRefused(Way way) {
    GossipNode node = cluster.client(way.kind(), config -> config);
    GossipNode other = cluster.node(way.kind());
    NodeId expected = NodeKey.generate(KeyType.ED25519).nodeId();
    String address = Cluster.address(other, way.transport())
        .toString()
        .replace(other.nodeId().toString(), expected.toString());

    assertRefused(node.peers().connect(Address.parse(address), DEADLINE), Code.REFUSED);

    assertThat(node.peers().list()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void nobodyAtTheAddressIsUnreachable(Way way) {
    GossipNode node = cluster.client(way.kind(), config -> config);
    GossipNode gone = cluster.node(way.kind());
    Address address = Cluster.address(gone, way.transport());
    gone.close();

    assertRefused(node.peers().connect(address, DEADLINE), Code.UNREACHABLE);
  }

  /** A table of identities is held for this: the key is occupied. */
  @ParameterizedTest
  @EnumSource
  void aSecondProcessWithTheKeyIsTurnedAwayWhileTheFirstAnswersAndNotAfterwards(Way way)
      throws Exception {
    GossipNode hub = cluster.node(way.kind());
    GossipConfig config = cluster.config();
    GossipNode first = cluster.start(way.kind().client(config));
    GossipNode second = cluster.start(way.kind().client(config));
    Cluster.connect(first, hub, way.transport());
    List<NodeEvent> events = new CopyOnWriteArrayList<>();
    hub.observe(events::add);

    Cluster.dial(second, hub, way.transport());
    Eventually.until(
        () -> "the second is turned away: " + events,
        () -> events.stream()
            .anyMatch(event -> event instanceof NodeEvent.SessionClosed closed
                && closed.reason().contains("another running node uses this key")));
    assertThat(hub.peers().list()).hasSize(1);

    first.close();
    Eventually.until("the first is gone", () -> hub.peers().list().isEmpty());
    Cluster.connect(second, hub, way.transport());
  }

  @ParameterizedTest
  @EnumSource
  void whoProvesNothingIsHeardAsNobody(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind());
    try (RawPeer peer = RawPeer.dial(way, node)) {
      node.broadcast(TX, text("to anyone"));

      peer.awaitReceived("TX", "to anyone");
      NodeId known = peer.session(node).orElseThrow().nodeId();
      // Over libp2p the connection has proven it.
      assertThat(known == null).isEqualTo(way.transport() == TransportKind.WS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aVerificationThatNobodyAskedForChangesNothing(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind());
    try (RawPeer peer = RawPeer.dial(way, node)) {
      NodeId before = peer.session(node).orElseThrow().nodeId();
      peer.send("NI" + "garbage", "TXbehind it");

      Eventually.until(
          "it is read", () -> Cluster.metric(node, "twine_messages_received_total", "TX") == 1);
      assertThat(peer.session(node).orElseThrow().nodeId()).isEqualTo(before);
    }
  }

  private static void assertRefused(CompletableFuture<PeerInfo> dial, Code code) {
    assertThatThrownBy(() -> Cluster.get(dial))
        .cause()
        .isInstanceOfSatisfying(
            TwineException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
