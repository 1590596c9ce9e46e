package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.DEADLINE;
import static dev.twine.hybrid.Cluster.TX;
import static dev.twine.hybrid.Cluster.VOTE;
import static dev.twine.hybrid.Cluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.broadcaster.BroadcasterConfig;
import dev.twine.broadcaster.BroadcasterConfig.Lag;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Limits;
import dev.twine.network.Backlog;
import dev.twine.network.GossipNode;
import dev.twine.network.Lane;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo.State;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.Inbox;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that take nothing, say nothing or say too much cost the others nothing. */
@Timeout(60)
class SlowPeerTest {
  @AutoClose
  private final Cluster cluster = new Cluster();

  private final List<GossipNode> nodes = new ArrayList<>();
  private final List<NodeEvent> events = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @EnumSource
  void aPeerThatTakesNothingIsCutInTimeAndTheOthersGetEverything(Way way) throws Exception {
    GossipNode node = node(way, SlowPeerTest::impatient);
    Inbox others = honest(way, node);
    try (RawPeer stuck = RawPeer.dial(way, node)) {
      stuck.stall();

      int sent = 0;
      while (stuck.session(node).isPresent()) {
        node.broadcast(TX, numbered(sent++)).awaitQueued(DEADLINE);
      }

      others.await(sent, DEADLINE);
      assertThat(closed()).contains("no progress in sending");
      assertThat(Cluster.metric(node, "twine_peer_cuts_total", "no-progress")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSenderThatWaitsForThePeerThatLagsLosesNothing(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind());
    Inbox others = honest(way, node);
    try (RawPeer lagging = RawPeer.dial(way, node)) {
      lagging.stall();
      var queue = new Backlog(512, 1 << 20);
      int sent = 0;
      while (node.awaitBacklog(Lane.BULK, queue, Duration.ofMillis(200))) {
        node.broadcast(TX, numbered(sent++));
      }
      lagging.resume();
      for (int i = 0; i < 500; i++) {
        assertThat(node.awaitBacklog(Lane.BULK, queue, DEADLINE)).isTrue();
        node.broadcast(TX, numbered(sent++));
      }

      others.await(sent, DEADLINE);
      assertThat(node.awaitBacklog(Lane.BULK, Backlog.NONE, DEADLINE)).isTrue();
      assertThat(lagging.session(node).orElseThrow().dropped()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatGivesNoSignOfLifeIsDegradedThenCut(Way way) throws Exception {
    var brisk = new Limits.Liveness(
        Duration.ofMillis(100), Duration.ofMillis(300), Duration.ofSeconds(1), DEADLINE);
    GossipNode node = node(way, config -> config.withLimits(Limits.defaults().withLiveness(brisk)));
    try (RawPeer peer = RawPeer.dial(way, node)) {
      Eventually.until(
          "answered pings",
          () -> peer.session(node).filter(info -> info.rttMillis() >= 0).isPresent());
      peer.fallSilent();

      Eventually.until(
          "degraded",
          () -> peer.session(node).map(info -> info.state() == State.DEGRADED).orElse(true));
      Eventually.until("cut", () -> peer.session(node).isEmpty());
    }
    assertThat(closed()).contains("no sign of life");
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatFloodsIsReadMoreSlowlyAndTheOthersAreHeard(Way way) throws Exception {
    GossipNode node = node(way, config -> config.withLimits(atMost(500)));
    var votes = new Inbox();
    node.handle(VOTE, votes);
    honest(way, node);
    try (RawPeer flooding = RawPeer.dial(way, node)) {
      for (int i = 0; i < 2_000; i++) {
        flooding.send("TXflood " + i);
      }
      Eventually.until("read more slowly", () -> Cluster.refused(node, "inbound.rate") > 0);

      nodes.get(0).broadcast(VOTE, text("aye"));

      votes.await(1, DEADLINE);
      assertThat(flooding.session(node)).isPresent();
    }
  }

  private GossipNode node(Way way, UnaryOperator<GossipConfig> changes) {
    GossipNode node = cluster.node(way.kind(), changes);
    node.observe(events::add);
    return node;
  }

  /** A peer that keeps up; what it gets. */
  private Inbox honest(Way way, GossipNode node) throws Exception {
    GossipNode other = cluster.node(way.kind());
    nodes.add(other);
    var inbox = new Inbox();
    other.handle(TX, inbox);
    Cluster.connect(other, node, way.transport());
    return inbox;
  }

  private static GossipConfig impatient(GossipConfig config) {
    BroadcasterConfig usual = BroadcasterConfig.defaults();
    Lag lag = usual.lag();
    return config.withLanes(new BroadcasterConfig(
        usual.lanes(),
        usual.writes(),
        new Lag(
            lag.priority(),
            lag.bulk(),
            lag.behindAfter(),
            Duration.ofMillis(500),
            Duration.ofMillis(50))));
  }

  private static byte[] numbered(int number) {
    return ByteBuffer.allocate(16 << 10).putInt(number).array();
  }

  private static Limits atMost(int messagesPerSecond) {
    Limits.Inbound usual = Limits.defaults().inbound();
    Limits.Inbound.Rate rate = usual.rate();
    return Limits.defaults()
        .withInbound(usual.withRate(new Limits.Inbound.Rate(
            rate.bytesPerSecond(), rate.burstBytes(), messagesPerSecond, messagesPerSecond)));
  }

  private String closed() {
    Eventually.until("an end that is told", () -> reason() != null);
    return reason();
  }

  private String reason() {
    return events.stream()
        .filter(NodeEvent.SessionClosed.class::isInstance)
        .map(event -> ((NodeEvent.SessionClosed) event).reason())
        .findFirst()
        .orElse(null);
  }
}
