package dev.twine.testkit;

import static dev.twine.testkit.Nodes.WAIT;
import static dev.twine.testkit.Nodes.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.Limits;
import dev.twine.gossip.Limits.Inbound.Handling;
import dev.twine.gossip.Limits.Inbound.Total;
import dev.twine.gossip.LocalNode;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.TransportKind;
import dev.twine.network.Verdict;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node refuses when its threads are busy and the queues before them are full. */
class FullThreadsTest {
  /** As many as a node has at least, whatever the machine. */
  private static final int VALIDATORS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final Nodes nodes = new Nodes();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Semaphore running = new Semaphore(0);

  @AfterEach
  void closeNodes() {
    release.countDown();
    nodes.close();
  }

  @Test
  void aMessageWithoutRoomBeforeTheHandlersIsCountedAndItsPeerIsReadFromAgain() throws Exception {
    GossipNode node = node(1);
    var inbox = new Inbox();
    node.handle(TagTable.TX, message -> {
      running.release();
      release.await();
      inbox.handle(message);
    });
    peer(node).send(TagTable.TX, text("runs"));
    running.acquire();
    peer(node).send(TagTable.TX, text("waits"));
    Eventually.until("it waits", () -> Nodes.metric(node, "twine_inbound_messages") == 2);

    ScriptedPeer third = peer(node);
    third.send(TagTable.TX, text("too many"));

    Eventually.until("it is refused", () -> Nodes.refused(node, "threads.bulk") == 1);
    release.countDown();
    inbox.await(2, WAIT);
    Eventually.until("all have left", () -> Nodes.metric(node, "twine_inbound_messages") == 0);
    third.send(TagTable.TX, text("again"));
    inbox.await(3, WAIT);
    assertThat(inbox.texts()).containsExactly("runs", "waits", "again");
  }

  @Test
  void aMessageWithoutRoomBeforeTheValidatorsIsForgottenSoThatALaterCopyIsJudged()
      throws Exception {
    GossipNode node = node(VALIDATORS + 2);
    var inbox = new Inbox();
    node.handle(TagTable.TX, inbox);
    fillValidators(node);
    letOneWait(node);

    ScriptedPeer last = peer(node);
    last.send(TagTable.TX, text("too many"));

    Eventually.until("it is refused", () -> Nodes.refused(node, "threads.validation") == 1);
    release.countDown();
    inbox.await(VALIDATORS + 1, WAIT);
    last.send(TagTable.TX, text("too many"));
    inbox.await(VALIDATORS + 2, WAIT);
    assertThat(inbox.texts()).contains("too many");
  }

  @Test
  void aSessionWhoseProofFindsNoRoomIsClosed() throws Exception {
    GossipNode node = node(1);
    fillValidators(node);
    letOneWait(node);

    ScriptedPeer stranger = peer(node, LocalNode.TWINE1);

    assertThat(stranger.awaitClosed(WAIT)).isTrue();
    assertThat(Nodes.metric(node, "twine_peers_disconnected_total", "reason", "overloaded"))
        .isEqualTo(1);
    assertThat(Nodes.refused(node, "threads.validation")).isEqualTo(1);
  }

  @Test
  void onePeerCannotFillTheQueueOfSignaturesWithProofs() throws Exception {
    GossipNode node = nodes.ws();
    fillValidators(node);
    ScriptedPeer flood = peer(node, LocalNode.TWINE1);

    for (int i = 0; i < 3; i++) {
      flood.send(TagTable.PROOF, new byte[] {1, 0, 0});
    }

    assertThat(flood.awaitClosed(WAIT)).isTrue();
    assertThat(Nodes.refused(node, "bad-data")).isEqualTo(1);
    assertThat(Nodes.refused(node, "bad-identity")).isZero();
  }

  /** Each has a message that it does not let go. */
  private void fillValidators(GossipNode node) throws InterruptedException {
    node.validate(TagTable.TX, message -> {
      running.release();
      await(release);
      return CompletableFuture.completedFuture(Verdict.ACCEPT);
    });
    for (int i = 0; i < VALIDATORS; i++) {
      peer(node).send(TagTable.TX, text("runs " + i));
    }
    running.acquire(VALIDATORS);
  }

  private void letOneWait(GossipNode node) throws InterruptedException {
    peer(node).send(TagTable.TX, text("waits"));
    Eventually.until(
        "it waits", () -> Nodes.metric(node, "twine_inbound_messages") == VALIDATORS + 1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Room for one task before each kind of thread. */
  private GossipNode node(int handlerThreads) {
    Limits.Inbound usual = Limits.defaults().inbound();
    var narrow = usual
        .withTotal(new Total(1, usual.total().bytes()))
        .withHandling(new Handling(usual.handling().validation(), handlerThreads));
    return nodes.node(
        x -> x.withLimits(x.bounds().limits().withInbound(narrow)),
        nodes.network.transport(TransportKind.WS));
  }

  private ScriptedPeer peer(GossipNode node, String... features) throws InterruptedException {
    return ScriptedPeer.dial(
        nodes.network,
        node.addresses().get(0),
        Nodes.NETWORK,
        NodeKey.generate(KeyType.ED25519).nodeId(),
        features.length == 0 ? Set.of("none") : Set.of(features));
  }
}
