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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class BroadcastTest {
  @AutoClose
  private final Nodes nodes = new Nodes();

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
  void aClosedNodeRefuses() {
    GossipNode a = nodes.ws();

    a.close();

    assertThat(a.broadcast(BULK, text("x")).refusal()).contains(Refusal.CLOSED);
  }
}
