package dev.twine.testkit;

import static dev.twine.testkit.Nodes.BULK;
import static dev.twine.testkit.Nodes.WAIT;
import static dev.twine.testkit.Nodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.GossipEngine;
import dev.twine.gossip.Limits;
import dev.twine.gossip.Limits.Inbound.PerPeer;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo.State;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class LimitsTest {
  @AutoClose
  private final Nodes nodes = new Nodes();

  @Test
  void sessionsAboveTheLimitAreRefusedAndOneThatLeavesMakesRoom() throws Exception {
    GossipNode node = node(new Limits.Sessions(2, 2, false, 9, 9, Duration.ofSeconds(10)));
    ScriptedPeer first = peer(node);
    peer(node);

    assertThatThrownBy(() -> peer(node)).isInstanceOf(IllegalStateException.class);
    first.close();
    Eventually.until("the permit is back", () -> Nodes.metric(node, "twine_connections") == 1);
    peer(node);

    assertThat(Nodes.refused(node, "sessions.total")).isEqualTo(1);
  }

  @Test
  void unidentifiedSessionsHaveACapOfTheirOwn() throws Exception {
    GossipNode node = node(new Limits.Sessions(9, 9, true, 1, 9, Duration.ofSeconds(10)));
    ScriptedPeer first = peer(node);

    ScriptedPeer second = peer(node);

    assertThat(second.awaitClosed(WAIT)).isTrue();
    assertThat(first.isOpen()).isTrue();
    assertThat(Nodes.refused(node, "sessions.unidentified")).isEqualTo(1);
    assertThat(Nodes.metric(node, "twine_peers_unidentified")).isEqualTo(1);
  }

  @Test
  void aValueOutOfRangeNamesItselfAndWhatIsAllowed() {
    assertThatThrownBy(() -> new Limits.Sessions(0, 8, true, 1, 1, Duration.ofSeconds(1)))
        .isInstanceOf(TwineException.class)
        .hasMessage("limit out of range: sessions.total = 0: give 1 to 1000000");
  }

  @Test
  void aSessionWithTooMuchUnderWayIsNotReadFromAndGoesOnLater() throws Exception {
    Limits.Inbound inbound = Limits.defaults().inbound();
    var few = inbound.withPerPeer(new PerPeer(4, inbound.perPeer().bytes()));
    GossipNode node = nodes.node(
        x -> x.withLimits(x.bounds().limits().withInbound(few)),
        nodes.network.transport(TransportKind.WS));
    var inbox = new Inbox();
    var release = new CountDownLatch(1);
    node.handle(TagTable.TX, message -> {
      release.await();
      inbox.handle(message);
    });
    ScriptedPeer peer = peer(node);
    for (int i = 0; i < 100; i++) {
      peer.send(TagTable.TX, text("m" + i));
    }
    Eventually.until("reading stops", () -> Nodes.refused(node, "inbound.per-peer") >= 1);

    release.countDown();

    inbox.await(100, WAIT);
    assertThat(inbox.texts()).startsWith("m0", "m1").endsWith("m99");
  }

  @Test
  void theWayToANewPeerIsMeasuredBeforeAnyTimePasses() throws Exception {
    var clock = new ManualClock();
    GossipNode node =
        nodes.node(x -> x.withClock(clock), nodes.network.transport(TransportKind.WS));

    nodes.connect(nodes.ws(), node);

    Eventually.until("it is known", () -> node.peers().list().get(0).rttMillis() == 0);
  }

  @Test
  void aSilentPeerIsPingedThenDegradedThenClosedAndOneThatAnswersIsKept() throws Exception {
    var clock = new ManualClock();
    GossipNode node =
        nodes.node(x -> x.withClock(clock), nodes.network.transport(TransportKind.WS));
    ScriptedPeer alive = peer(node);
    ScriptedPeer silent = peer(node);
    Eventually.until("both are there", () -> node.peers().list().size() == 2);
    long number = node.peers().list().get(1).session().number();

    // Else an answer could be heard while the clock moves, and that peer's silence begin then.
    Eventually.until(
        "the first ping is answered",
        () -> node.peers().list().stream().allMatch(info -> info.rttMillis() == 0));
    silent.answerPings(false);
    pass(clock, 16, () -> alive.pings() == 2 && silent.pings() == 2);
    pass(
        clock,
        6,
        () -> node.peers().list().stream()
            .anyMatch(info -> info.session().number() == number && info.state() == State.DEGRADED));
    for (int i = 0; i < 26 && silent.isOpen(); i++) {
      pass(clock, 1, () -> alive.isOpen());
      alive.send(TagTable.TX, text("alive" + i));
      int sent = i + 1;
      Eventually.until(
          "it is heard",
          () -> Nodes.metric(node, "twine_messages_received_total", "tag", "TX") == sent);
    }

    assertThat(silent.awaitClosed(WAIT)).isTrue();
    assertThat(alive.isOpen()).isTrue();
    assertThat(Nodes.metric(node, "twine_peers_disconnected_total", "reason", "idle"))
        .isEqualTo(1);
  }

  @Test
  void aTakenAddressLeavesNothingHalfStarted() {
    nodes.node(x -> x, nodes.network.transport(TransportKind.WS, 4160));
    GossipNode second = GossipEngine.create(
        GossipConfig.of(NodeKey.generate(KeyType.ED25519), Nodes.NETWORK)
            .withLoops(nodes.network.loops()),
        List.of(
            nodes.network.transport(TransportKind.P2P, 4190),
            nodes.network.transport(TransportKind.WS, 4160)));

    assertThatThrownBy(second::start)
        .isInstanceOfSatisfying(
            TwineException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.CANNOT_LISTEN))
        .hasMessageContaining("127.0.0.1:4160");
    assertThatThrownBy(second::start).isInstanceOf(TwineException.class);

    nodes.node(x -> x, nodes.network.transport(TransportKind.P2P, 4190));
  }

  @Test
  void closingWhileFullCompletesEveryReceiptInTime() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    nodes.connect(a, b);
    var receipts = new java.util.ArrayList<dev.twine.network.Receipt>();
    for (int i = 0; i < 20_000; i++) {
      receipts.add(a.broadcast(BULK, text("m" + i)));
    }
    var outcomes = receipts.stream().map(dev.twine.network.Receipt::outcome).toList();

    long before = System.nanoTime();
    a.close();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    assertThat(outcomes).allMatch(outcome -> outcome.isDone());
    assertThat(a.peers().list()).isEmpty();
  }

  private void pass(ManualClock clock, int seconds, java.util.function.BooleanSupplier then) {
    for (int i = 0; i < seconds; i++) {
      clock.advance(Duration.ofSeconds(1));
    }
    Eventually.until("after " + seconds + " s more", then);
  }

  private GossipNode node(Limits.Sessions sessions) {
    return nodes.node(
        x -> x.withLimits(x.bounds().limits().withSessions(sessions)),
        nodes.network.transport(TransportKind.WS));
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
