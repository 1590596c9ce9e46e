package dev.twine.testkit;

import static dev.twine.testkit.Nodes.BULK;
import static dev.twine.testkit.Nodes.FAST;
import static dev.twine.testkit.Nodes.WAIT;
import static dev.twine.testkit.Nodes.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.Limits;
import dev.twine.gossip.Limits.Inbound.Handling;
import dev.twine.gossip.Limits.Inbound.PerPeer;
import dev.twine.gossip.Limits.Inbound.Rate;
import dev.twine.gossip.Limits.Inbound.Total;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo.State;
import dev.twine.network.TransportKind;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node does when more comes than it may take. */
class InflowTest {
  private static final int READ_BUFFER = 4096;

  private final Nodes nodes = new Nodes();
  private final ManualClock clock = new ManualClock();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void closeNodes() {
    release.countDown();
    nodes.close();
  }

  @Test
  void aPeerAboveItsByteRateIsNotReadFromWhilePingsGoOnAndItIsNotCalledSilent() throws Exception {
    int mib = 1 << 20;
    GossipNode node = node(x -> inbound(x, 1 << 10, 20_000, 6L * mib, 65_536));
    var inbox = new Inbox();
    node.handle(TagTable.TX, inbox);
    ScriptedPeer peer = peer(node);
    // Two seconds' worth above the burst, at 20 kB a second.
    peer.send(TagTable.TX, new byte[4 * mib]);
    peer.send(TagTable.TX, new byte[2 * mib + 2_000_000]);
    peer.send(TagTable.TX, text("late"));
    inbox.await(2, WAIT);
    Eventually.until("reading stops", () -> Nodes.refused(node, "inbound.rate") == 1);

    for (int second = 0; second < 99; second++) {
      clock.advance(Duration.ofSeconds(1));
    }

    Eventually.until("pings go on after the first", () -> peer.pings() >= 2);
    assertThat(inbox.messages()).as("still paused").hasSize(2);
    assertThat(node.peers().list())
        .singleElement()
        .satisfies(info -> assertThat(info.state()).isEqualTo(State.ACTIVE));

    clock.advance(Duration.ofSeconds(2));

    inbox.await(3, WAIT);
    assertThat(inbox.texts()).endsWith("late");
    assertThat(peer.isOpen()).isTrue();
  }

  @Test
  void whatAllPeersBringTogetherIsBoundedAndGoesOnWhenThereIsRoom() throws Exception {
    GossipNode node = node(x -> inbound(x, 1 << 10, 64 << 20, 128L << 20, 8));
    var inbox = new Inbox();
    node.handle(TagTable.TX, message -> {
      release.await();
      inbox.handle(message);
    });
    ScriptedPeer first = peer(node);
    ScriptedPeer second = peer(node);
    for (int i = 0; i < 100; i++) {
      // Larger than a read buffer, or a channel would hand over many of them joined in one read.
      first.send(TagTable.TX, text("a".repeat(READ_BUFFER) + i));
      second.send(TagTable.TX, text("b".repeat(READ_BUFFER) + i));
    }
    Eventually.until("both are paused", () -> Nodes.refused(node, "inbound.node") >= 2);

    assertThat(Nodes.metric(node, "twine_inbound_messages"))
        .as("the limit, and what each session had in hand when it was reached")
        .isBetween(8.0, 40.0);
    release.countDown();

    inbox.await(200, WAIT);
    assertThat(inbox.texts()).doesNotHaveDuplicates();
    Eventually.until(
        "nothing is under way", () -> Nodes.metric(node, "twine_inbound_messages") == 0);
  }

  @Test
  void bulkHandlersThatBlockAllTheirThreadsDoNotHoldUpPriority() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    GossipNode hub = nodes.node(
        x -> {
          Limits.Inbound was = x.bounds().limits().inbound();
          return x.withLimits(x.bounds().limits().withInbound(inbound(was, 1_024, 8)));
        },
        nodes.network.transport(TransportKind.WS));
    nodes.connect(a, hub);
    nodes.connect(b, hub);
    var bulk = new Inbox();
    var fast = new Inbox();
    var entered = new CountDownLatch(1);
    hub.handle(BULK, message -> {
      entered.countDown();
      release.await();
      bulk.handle(message);
    });
    hub.handle(FAST, fast);
    a.broadcast(BULK, text("blocks the only thread"));
    assertThat(entered.await(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();

    b.broadcast(BULK, text("waits"));
    a.broadcast(FAST, text("from a"));
    b.broadcast(FAST, text("from b"));

    fast.await(2, WAIT);
    assertThat(bulk.messages()).isEmpty();
    release.countDown();
    bulk.await(2, WAIT);
  }

  @Test
  void aTapThatLagsMissesWhatDoesNotFitAndItIsCounted() throws Exception {
    GossipNode node = node(x -> x.withObservers(new Limits.Observers(4, 1 << 20, 4)));
    var seen = new Inbox();
    var handled = new Inbox();
    node.handle(TagTable.TX, handled);
    var entered = new CountDownLatch(1);
    node.tap(message -> {
      entered.countDown();
      release.await();
      seen.handle(message);
    });
    ScriptedPeer peer = peer(node);
    peer.send(TagTable.TX, text("first"));
    assertThat(entered.await(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 10; i++) {
      peer.send(TagTable.TX, text("m" + i));
    }

    handled.await(11, WAIT);
    Eventually.until("what does not fit is counted", () -> missed(node, "messages") == 6);
    release.countDown();

    seen.await(5, WAIT);
    assertThat(seen.texts()).containsExactly("first", "m0", "m1", "m2", "m3");
  }

  @Test
  void anObserverThatLagsMissesEventsAndItIsCounted() throws Exception {
    GossipNode node = node(x -> x.withObservers(new Limits.Observers(4, 1 << 20, 2)));
    var opened = new java.util.concurrent.CopyOnWriteArrayList<NodeEvent>();
    var entered = new CountDownLatch(1);
    node.observe(event -> {
      entered.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      opened.add(event);
    });
    peer(node);
    assertThat(entered.await(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < 5; i++) {
      peer(node);
    }

    Eventually.until("what does not fit is counted", () -> missed(node, "events") == 3);
    release.countDown();

    Eventually.until("the rest is seen", () -> opened.size() == 3);
  }

  private GossipNode node(UnaryOperator<Limits> changes) {
    return nodes.node(
        x -> x.withClock(clock).withLimits(changes.apply(x.bounds().limits())),
        nodes.network.transport(TransportKind.WS));
  }

  private static Limits inbound(
      Limits limits, int perPeer, long bytesPerSecond, long burst, int messages) {
    Limits.Inbound was = limits.inbound();
    return limits.withInbound(was.withPerPeer(new PerPeer(perPeer, was.perPeer().bytes()))
        .withRate(new Rate(
            bytesPerSecond, burst, was.rate().messagesPerSecond(), was.rate().burstMessages()))
        .withTotal(new Total(messages, was.total().bytes())));
  }

  /** With one thread per lane. */
  private static Limits.Inbound inbound(Limits.Inbound was, int perPeer, int messages) {
    return was.withPerPeer(new PerPeer(perPeer, was.perPeer().bytes()))
        .withTotal(new Total(messages, was.total().bytes()))
        .withHandling(new Handling(was.handling().validation(), 1));
  }

  private static double missed(GossipNode node, String who) {
    return Nodes.metric(node, "twine_watch_missed_total", "of", who);
  }

  private ScriptedPeer peer(GossipNode node) throws InterruptedException {
    return ScriptedPeer.dial(
        nodes.network,
        node.addresses().get(0),
        Nodes.NETWORK,
        NodeKey.generate(KeyType.ED25519).nodeId(),
        Set.of("none"));
  }
}
