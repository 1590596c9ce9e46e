package dev.twine.testkit;

import static dev.twine.testkit.Nodes.BULK;
import static dev.twine.testkit.Nodes.WAIT;
import static dev.twine.testkit.Nodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.LocalNode;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.NodeEvent;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class IdentityTest {
  @AutoClose
  private final Nodes nodes = new Nodes();

  @Test
  void twoTwineNodesProveThemselvesAfterTheSessionIsOpen() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    List<NodeEvent> events = new CopyOnWriteArrayList<>();
    b.observe(events::add);

    assertThat(nodes.connect(a, b).nodeId()).isEqualTo(b.nodeId());

    Eventually.until("both events", () -> events.size() >= 2);
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            NodeEvent.SessionOpened.class,
            opened -> assertThat(opened.peer().nodeId()).isNull());
    assertThat(events.get(1))
        .isInstanceOfSatisfying(
            NodeEvent.PeerIdentified.class,
            identified -> assertThat(identified.peer().nodeId()).isEqualTo(a.nodeId()));
  }

  @Test
  void anEstablishedSessionWinsOverALaterOneOnAnotherStrand() throws Exception {
    var clock = new ManualClock();
    GossipNode a = hybrid(clock);
    GossipNode b = hybrid(clock);
    var first = nodes.connect(a, b, b.addresses().get(0));
    clock.advance(Duration.ofSeconds(6));

    assertThatThrownBy(() -> a.peers().connect(b.addresses().get(1), WAIT).get(5, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            TwineException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.DUPLICATE_ID));

    assertThat(a.peers().list()).hasSize(1);
    assertThat(a.peers().list().get(0).session()).isEqualTo(first.session());
    assertThat(Nodes.metric(a, "twine_identity_duplicates_total")).isPositive();
  }

  @Test
  void aSessionThatDoesNotAnswerIsReplacedByANewProcessWithItsKey() throws Exception {
    var clock = new ManualClock();
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    GossipNode hub = p2p(clock);
    ScriptedPeer dead = silentPeer(hub, key);
    long old = hub.peers().list().get(0).session().number();

    GossipNode again = nodes.node(key, x -> x, nodes.network.client(TransportKind.P2P));
    again.peers().connect(hub.addresses().get(0), WAIT);
    Eventually.until("both are there", () -> hub.peers().list().size() == 2);
    var inbox = new Inbox();
    again.handle(BULK, inbox);
    hub.broadcast(BULK, text("undecided")).outcome().get(5, TimeUnit.SECONDS);

    Eventually.asTimePasses(clock, "the first is closed", () -> !dead.isOpen());
    Eventually.until(
        () -> "the new one has the identity: " + hub.peers().list(),
        () -> hub.peers().list().size() == 1
            && key.nodeId().equals(hub.peers().list().get(0).nodeId()));
    hub.broadcast(BULK, text("decided"));
    inbox.await(1, WAIT);
    assertThat(inbox.texts())
        .as("a contested session gets no broadcast")
        .containsExactly("decided");
    assertThat(hub.peers().list().get(0).session().number()).isGreaterThan(old);
    assertThat(Nodes.metric(hub, "twine_peers_disconnected_total", "reason", "replaced"))
        .isEqualTo(1);
  }

  @Test
  void aSilentSessionThatDoesNotAnswerIsReplacedWhenItsOtherEndDialsAgain() throws Exception {
    var clock = new ManualClock();
    GossipNode hub = p2p(clock);
    ScriptedPeer dead = silentPeer(hub);
    clock.advance(Duration.ofMillis(5_001));

    try (ScriptedPeer again = dead.again(nodes.network, hub.addresses().get(0))) {
      Eventually.asTimePasses(clock, "the first is closed", () -> !dead.isOpen());

      assertThat(again.isOpen()).isTrue();
      Eventually.until(
          () -> "one: " + hub.peers().list(), () -> hub.peers().list().size() == 1);
      assertThat(Nodes.metric(hub, "twine_peers_disconnected_total", "reason", "replaced"))
          .isEqualTo(1);
    }
  }

  @Test
  void aSessionThatBroughtSomethingFiveSecondsAgoIsNotInDoubt() throws Exception {
    var clock = new ManualClock();
    GossipNode hub = p2p(clock);
    ScriptedPeer first = silentPeer(hub);
    clock.advance(Duration.ofSeconds(5));

    try (ScriptedPeer again = first.again(nodes.network, hub.addresses().get(0))) {
      assertThat(again.awaitClosed(WAIT)).isTrue();
    }

    assertThat(hub.peers().list()).hasSize(1);
    assertThat(first.isOpen()).isTrue();
  }

  @Test
  void aProofThatDoesNotHoldEndsItsSessionAndNoOther() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    nodes.connect(a, b);
    ScriptedPeer liar = ScriptedPeer.dial(
        nodes.network,
        b.addresses().get(0),
        Nodes.NETWORK,
        NodeKey.generate(KeyType.ED25519).nodeId(),
        Set.of(LocalNode.TWINE1));

    liar.send(dev.twine.gossip.TagTable.PROOF, new byte[] {1, 0, 0});

    assertThat(liar.awaitClosed(WAIT)).isTrue();
    assertThat(Nodes.refused(b, "bad-identity")).isEqualTo(1);
    assertThat(Nodes.knows(b, a.nodeId())).isTrue();
  }

  private GossipNode p2p(ManualClock clock) {
    return nodes.node(x -> x.withClock(clock), nodes.network.transport(TransportKind.P2P));
  }

  private ScriptedPeer silentPeer(GossipNode hub) throws InterruptedException {
    return silentPeer(hub, NodeKey.generate(KeyType.ED25519));
  }

  /** One that proved itself in its handshake and then does not answer. */
  private ScriptedPeer silentPeer(GossipNode hub, NodeKey key) throws InterruptedException {
    ScriptedPeer peer = ScriptedPeer.dial(
        nodes.network, hub.addresses().get(0), Nodes.NETWORK, key.nodeId(), Set.of("none"));
    // Else the answer could be heard when the clock has moved, and the silence begin then.
    Eventually.until(
        "it is there, and its first ping is answered",
        () -> hub.peers().list().stream().anyMatch(info -> info.rttMillis() == 0));
    peer.answerPings(false);
    return peer;
  }

  private GossipNode hybrid(ManualClock clock) {
    return nodes.node(
        x -> x.withClock(clock),
        nodes.network.transport(TransportKind.WS),
        nodes.network.transport(TransportKind.P2P));
  }
}
