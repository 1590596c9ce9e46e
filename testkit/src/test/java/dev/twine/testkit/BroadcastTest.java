package dev.twine.testkit;

import static dev.twine.testkit.Nodes.BULK;
import static dev.twine.testkit.Nodes.ONCE;
import static dev.twine.testkit.Nodes.WAIT;
import static dev.twine.testkit.Nodes.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.Receipt;
import dev.twine.network.Receipt.Refusal;
import dev.twine.network.Tag;
import dev.twine.network.TransportKind;
import io.netty.util.LeakPresenceDetector;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class BroadcastTest {
  @AutoClose
  private final Nodes nodes = new Nodes();

  @AfterAll
  static void checkLeaks() {
    LeakPresenceDetector.check();
  }

  @Test
  void aBroadcastReachesANeighbourAndItsReceiptSaysSo() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    var inbox = new Inbox();
    b.handle(BULK, inbox);
    nodes.connect(a, b);

    Receipt receipt = a.broadcast(BULK, text("hello"));

    assertThat(inbox.await(1, WAIT).get(0).via().nodeId()).isEqualTo(a.nodeId());
    assertThat(inbox.texts()).containsExactly("hello");
    assertThat(receipt.accepted()).isTrue();
    assertThat(receipt.awaitQueued(WAIT)).isTrue();
    assertThat(receipt.outcome().get(5, TimeUnit.SECONDS).queued()).isEqualTo(1);
  }

  @Test
  void aLineOfNodesRelaysEachMessageOnceToItsEnd() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    GossipNode c = nodes.node(x -> x, nodes.network.transport(TransportKind.P2P));
    GossipNode both = nodes.node(
        x -> x, nodes.network.transport(TransportKind.WS), nodes.network.client(TransportKind.P2P));
    nodes.connect(a, b);
    nodes.connect(b, both);
    nodes.connect(both, c);
    var end = new Inbox();
    c.handle(BULK, end);

    for (int i = 0; i < 100; i++) {
      assertThat(a.broadcast(BULK, text("m" + i)).awaitQueued(WAIT)).isTrue();
    }

    end.await(100, WAIT);
    assertThat(end.texts()).hasSize(100).doesNotHaveDuplicates().startsWith("m0", "m1", "m2");
  }

  @Test
  void aNodeThatDoesNotRelayKeepsWhatItGets() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode leaf =
        nodes.node(x -> x.withRelays(false), nodes.network.transport(TransportKind.WS));
    GossipNode c = nodes.ws();
    nodes.connect(a, leaf);
    nodes.connect(leaf, c);
    var atLeaf = new Inbox();
    var atEnd = new Inbox();
    leaf.handle(BULK, atLeaf);
    c.handle(BULK, atEnd);

    a.broadcast(BULK, text("from a"));
    atLeaf.await(1, WAIT);
    leaf.broadcast(BULK, text("from leaf"));

    atEnd.await(1, WAIT);
    assertThat(atEnd.texts()).containsExactly("from leaf");
  }

  @Test
  void aDirectSendDoesNotTravelOn() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    GossipNode c = nodes.ws();
    nodes.connect(a, b);
    nodes.connect(b, c);
    var atB = new Inbox();
    var atC = new Inbox();
    b.handle(BULK, atB);
    c.handle(BULK, atC);

    assertThat(a.send(PeerRef.of(b.nodeId()), BULK, text("for b")).accepted()).isTrue();
    atB.await(1, WAIT);
    a.broadcast(BULK, text("for all"));

    atC.await(1, WAIT);
    assertThat(atB.texts()).startsWith("for b");
    assertThat(atC.texts()).containsExactly("for all");
  }

  @Test
  void anEqualMessageIsRefusedAsADuplicateAndADirectTagIsNot() throws Exception {
    GossipNode a = nodes.ws();

    assertThat(a.broadcast(BULK, text("x")).refusal()).isEmpty();
    assertThat(a.broadcast(BULK, text("x")).refusal()).contains(Refusal.DUPLICATE);
    assertThat(a.broadcast(BULK, text("y")).refusal()).isEmpty();
    assertThat(Nodes.refused(a, "send.duplicate")).isEqualTo(1);
  }

  @Test
  void whatCannotBeSentIsRefusedWithItsReason() {
    GossipNode a = nodes.ws();

    assertThat(a.broadcast(Tag.of("??"), text("x")).refusal()).contains(Refusal.UNKNOWN_TAG);
    assertThat(a.broadcast(Tag.of("MI"), text("x")).refusal()).contains(Refusal.UNKNOWN_TAG);
    assertThat(a.broadcast(BULK, new byte[(1 << 20) + 1]).refusal()).contains(Refusal.TOO_LARGE);
    assertThat(a.broadcast(BULK, new byte[1 << 20]).refusal()).isEmpty();
    assertThat(a.send(PeerRef.parse("s99"), ONCE, text("x")).refusal())
        .contains(Refusal.NO_SUCH_PEER);
  }

  @Test
  void aProposalIsCompressedOnTheWireAndArrivesAsItWas() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    GossipNode c = nodes.ws();
    nodes.connect(a, b);
    nodes.connect(b, c);
    var inbox = new Inbox();
    c.handle(Tag.of("PP"), inbox);
    byte[] proposal = new byte[1 << 20];
    Arrays.fill(proposal, (byte) 7);

    a.broadcast(Tag.of("PP"), proposal);

    assertThat(inbox.await(1, WAIT).get(0).payload()).isEqualTo(proposal);
    assertThat(Nodes.metric(c, "twine_bytes_received_total", "tag", "PP")).isLessThan(10_000);
  }

  @Test
  void aClosedNodeRefuses() {
    GossipNode a = nodes.ws();

    a.close();

    assertThat(a.broadcast(BULK, text("x")).refusal()).contains(Refusal.CLOSED);
  }
}
