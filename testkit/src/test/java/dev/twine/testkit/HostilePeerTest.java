package dev.twine.testkit;

import static dev.twine.testkit.Nodes.BULK;
import static dev.twine.testkit.Nodes.WAIT;
import static dev.twine.testkit.Nodes.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.LocalNode;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.Tag;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostilePeerTest {
  @AutoClose
  private final Nodes nodes = new Nodes();

  private GossipNode node;

  @BeforeEach
  void startNode() {
    node = nodes.ws();
  }

  @Test
  void anUnknownTagIsDroppedAndCountedAndTheSessionStays() throws Exception {
    var inbox = new Inbox();
    node.handle(TagTable.TX, inbox);
    ScriptedPeer peer = foreign();

    peer.send(Tag.of("zz"), text("what"));
    peer.send(TagTable.TX, text("known"));

    inbox.await(1, WAIT);
    assertThat(Nodes.refused(node, "unknown-tag")).isEqualTo(1);
    assertThat(peer.isOpen()).isTrue();
  }

  @Test
  void aMessageAboveTheLimitOfItsTagEndsItsSession() throws Exception {
    ScriptedPeer atLimit = foreign();
    atLimit.send(TagTable.AV, new byte[1228]);
    ScriptedPeer above = foreign();
    above.send(TagTable.AV, new byte[1229]);

    assertThat(above.awaitClosed(WAIT)).isTrue();
    assertThat(Nodes.refused(node, "too-large")).isEqualTo(1);
    assertThat(atLimit.isOpen()).isTrue();
  }

  @Test
  void aDirectMessageAboveTheLimitOfTheTagInsideIsNotEvenBuffered() throws Exception {
    ScriptedPeer atLimit = twine();
    var inbox = new Inbox();
    node.handle(TagTable.AV, inbox);
    byte[] vote = new byte[2 + 1228];
    vote[0] = 'A';
    vote[1] = 'V';
    atLimit.send(TagTable.DIRECT, vote);
    inbox.await(1, WAIT);
    ScriptedPeer above = twine();

    above.send(TagTable.DIRECT, java.util.Arrays.copyOf(vote, vote.length + 1));

    assertThat(above.awaitClosed(WAIT)).isTrue();
    assertThat(Nodes.refused(node, "too-large")).isEqualTo(1);
    assertThat(atLimit.isOpen()).isTrue();
  }

  @Test
  void aForeignNodeIsNeverSentAPrivateTagOrItsName() throws Exception {
    ScriptedPeer peer = foreign();

    node.broadcast(BULK, text("private"));
    node.broadcast(TagTable.TX, text("public"));

    Eventually.until("TX arrives", () -> peer.received(TagTable.TX).size() == 1);
    assertThat(peer.received(BULK)).isEmpty();
    assertThat(peer.received(TagTable.PROOF)).isEmpty();
    // It goes in the other lane.
    Eventually.until("MI arrives", () -> peer.received(TagTable.MI).size() == 1);
    byte[] names = peer.received(TagTable.MI).get(0);
    assertThat(new String(names, StandardCharsets.US_ASCII)).contains("AV").doesNotContain("xb");
    assertThat(names).hasSizeLessThanOrEqualTo(48);
  }

  @Test
  void aLargeMessageIsAnnouncedToTheOthersAndNotSentToThoseWhoHaveIt() throws Exception {
    ScriptedPeer sender = foreign();
    ScriptedPeer other = foreign();
    byte[] large = new byte[5_000];

    sender.send(TagTable.TX, large);

    Eventually.until(
        "the digest is announced", () -> other.received(TagTable.MS).size() == 1);
    Eventually.until("the message travels on", () -> other.received(TagTable.TX).size() == 1);
    assertThat(sender.received(TagTable.MS)).isEmpty();
    assertThat(sender.received(TagTable.TX)).isEmpty();
  }

  @Test
  void copiesOfAMessageAreStoppedAndCounted() throws Exception {
    var inbox = new Inbox();
    node.handle(TagTable.TX, inbox);
    ScriptedPeer one = foreign();
    ScriptedPeer two = foreign();

    one.send(TagTable.TX, text("same"));
    inbox.await(1, WAIT);
    two.send(TagTable.TX, text("same"));
    two.send(TagTable.TX, text("other"));

    inbox.await(2, WAIT);
    assertThat(inbox.texts()).containsExactly("same", "other");
    assertThat(Nodes.metric(node, "twine_messages_duplicate_total")).isEqualTo(1);
  }

  private ScriptedPeer foreign() throws InterruptedException {
    return peer(LocalNode.PPZSTD);
  }

  private ScriptedPeer twine() throws InterruptedException {
    return peer(LocalNode.TWINE1);
  }

  private ScriptedPeer peer(String feature) throws InterruptedException {
    int before = node.peers().list().size();
    ScriptedPeer peer = ScriptedPeer.dial(
        nodes.network,
        node.addresses().get(0),
        Nodes.NETWORK,
        NodeKey.generate(KeyType.ED25519).nodeId(),
        Set.of(feature));
    Eventually.until("its session is open", () -> node.peers().list().size() == before + 1);
    return peer;
  }
}
