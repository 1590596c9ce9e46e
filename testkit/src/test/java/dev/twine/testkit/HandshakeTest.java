package dev.twine.testkit;

import static dev.twine.testkit.Nodes.WAIT;
import static dev.twine.testkit.Nodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.Limits;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.TransportKind;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The identity challenge as foreign nodes know it, and handshakes that never end. */
class HandshakeTest {
  @AutoClose
  private final Nodes nodes = new Nodes();

  private final NodeKey key = NodeKey.generate(KeyType.ED25519);

  @Test
  void aForeignNodeProvesItselfByTheChallengeAndNotBefore() throws Exception {
    GossipNode node = nodes.ws();
    ScriptedPeer peer = challenge(node);

    assertThat(peer.listener()).isEqualTo(node.nodeId());
    peer.send(TagTable.TX, text("before"));
    Eventually.until("it is heard", () -> heard(node) == 1);
    assertThat(Nodes.knows(node, key.nodeId())).isFalse();
    peer.send(TagTable.NI, peer.verification());

    Eventually.until("it is known", () -> Nodes.knows(node, key.nodeId()));
    assertThat(Nodes.metric(node, "twine_peers_unidentified")).isZero();
  }

  @Test
  void aVerificationThatDoesNotHoldEndsItsSessionAndNoOther() throws Exception {
    GossipNode node = nodes.ws();
    ScriptedPeer honest = challenge(node);
    honest.send(TagTable.NI, honest.verification());
    Eventually.until("it is known", () -> Nodes.knows(node, key.nodeId()));
    ScriptedPeer forger = ScriptedPeer.challenge(
        nodes.network, node.addresses().get(0), Nodes.NETWORK, NodeKey.generate(KeyType.ED25519));
    byte[] forged = forger.verification();
    forged[forged.length - 1] ^= 1;

    forger.send(TagTable.NI, forged);

    assertThat(forger.awaitClosed(WAIT)).isTrue();
    assertThat(Nodes.refused(node, "bad-identity")).isEqualTo(1);
    assertThat(honest.isOpen()).isTrue();
  }

  @Test
  void theVerificationOfOneSessionProvesNothingInAnother() throws Exception {
    GossipNode node = nodes.ws();
    ScriptedPeer first = challenge(node);
    ScriptedPeer second = challenge(node);

    second.send(TagTable.NI, first.verification());

    assertThat(second.awaitClosed(WAIT)).isTrue();
    assertThat(Nodes.knows(node, key.nodeId())).isFalse();
  }

  @Test
  void aConnectionThatSaysNothingHoldsItsPlaceOnlyUntilTheDeadline() throws Exception {
    var clock = new ManualClock();
    var limits = new Limits.Sessions(9, 9, true, 9, 1, Duration.ofSeconds(10));
    GossipNode node = nodes.node(
        x -> x.withClock(clock).withLimits(x.bounds().limits().withSessions(limits)),
        nodes.network.transport(TransportKind.WS));
    ScriptedPeer silent = ScriptedPeer.connect(nodes.network, node.addresses().get(0));
    Eventually.until("it holds the place", () -> pending(node) == 1);
    assertThatThrownBy(() -> challenge(node)).isInstanceOf(IllegalStateException.class);
    Eventually.until(
        "the refusal is counted", () -> Nodes.refused(node, "sessions.pending-handshakes") == 1);

    clock.advance(Duration.ofSeconds(10).minusNanos(1));
    assertThat(silent.isOpen()).isTrue();
    clock.advance(Duration.ofNanos(1));

    assertThat(silent.awaitClosed(WAIT)).isTrue();
    // The other end sees a close and an answer before the node has settled its own books.
    Eventually.until("the place is free", () -> pending(node) == 0);
    Eventually.until("nothing is open", () -> Nodes.metric(node, "twine_connections") == 0);
    assertThat(challenge(node).isOpen()).isTrue();
    Eventually.until("a session is no handshake", () -> pending(node) == 0);
  }

  private ScriptedPeer challenge(GossipNode node) throws InterruptedException {
    return ScriptedPeer.challenge(nodes.network, node.addresses().get(0), Nodes.NETWORK, key);
  }

  private static double heard(GossipNode node) {
    return Nodes.metric(node, "twine_messages_received_total", "tag", "TX");
  }

  private static double pending(GossipNode node) {
    return Nodes.metric(node, "twine_pending_handshakes");
  }
}
