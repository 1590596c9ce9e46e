package dev.twine.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.broadcaster.BroadcasterConfig;
import dev.twine.broadcaster.BroadcasterConfig.Lag;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Limits;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Backlog;
import dev.twine.network.GossipNode;
import dev.twine.network.Lane;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo;
import dev.twine.network.Tag;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.Inbox;
import io.netty.util.LeakPresenceDetector;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that take nothing, say nothing or say too much cost the others nothing. */
@Timeout(60)
class SlowPeerTest {
  private static final Tag TX = Tag.of("TX");
  private static final Tag VOTE = Tag.of("AV");
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration STALL = Duration.ofMillis(500);

  private final List<GossipNode> nodes = new ArrayList<>();
  private final List<NodeEvent> events = new CopyOnWriteArrayList<>();
  private RawPeer raw;

  @AfterEach
  void close() {
    raw.close();
    nodes.forEach(GossipNode::close);
  }

  @AfterAll
  static void nothingLeaks() {
    LeakPresenceDetector.check();
  }

  private GossipNode start(Limits limits) {
    return start(limits, STALL);
  }

  private GossipNode start(Limits limits, Duration stall) {
    BroadcasterConfig usual = BroadcasterConfig.defaults();
    Lag lag = usual.lag();
    var impatient = new BroadcasterConfig(
        usual.lanes(),
        usual.writes(),
        new Lag(lag.priority(), lag.bulk(), lag.behindAfter(), stall, Duration.ofMillis(50)));
    GossipNode node = P2pNetwork.create(
        GossipConfig.of(NodeKey.generate(KeyType.ED25519), "net")
            .withLanes(impatient)
            .withLimits(limits),
        P2pConfig.listening("/ip4/127.0.0.1/tcp/0"));
    nodes.add(node);
    node.observe(events::add);
    node.start();
    return node;
  }

  private RawPeer.Tape session(GossipNode node) throws Exception {
    raw = new RawPeer(NodeKey.generate(KeyType.ED25519), GossipStreams.V22);
    RawPeer.Tape stream = raw.meet(node);
    stream.write(RawPeer.hello("net", "2.2"));
    Eventually.until("a session", () -> info(node) != null);
    return stream;
  }

  private PeerInfo info(GossipNode node) {
    return node.peers().list().stream()
        .filter(peer -> raw.host.id().equals(peer.nodeId()))
        .findFirst()
        .orElse(null);
  }

  private Inbox healthy(GossipNode node) throws Exception {
    GossipNode other = start(Limits.defaults());
    var inbox = new Inbox();
    other.handle(TX, inbox);
    other.peers().connect(node.addresses().get(0), DEADLINE).get(20, TimeUnit.SECONDS);
    Eventually.until(
        "another peer",
        () -> node.peers().list().stream().anyMatch(peer -> other.nodeId().equals(peer.nodeId())));
    return inbox;
  }

  @Test
  void aPeerThatTakesNothingIsCutAndTheOthersGetEverything() throws Exception {
    GossipNode node = start(Limits.defaults());
    RawPeer.Tape stream = session(node);
    Inbox inbox = healthy(node);
    stream.stream().config().setAutoRead(false);

    int sent = 0;
    while (info(node) != null) {
      node.broadcast(TX, numbered(sent++)).awaitQueued(DEADLINE);
    }

    inbox.await(sent, DEADLINE);
    assertThat(closed()).contains("no progress in sending");
  }

  @Test
  void aSenderThatWaitsForThePeerThatLagsLosesNothing() throws Exception {
    GossipNode node = start(Limits.defaults(), DEADLINE);
    RawPeer.Tape stream = session(node);
    Inbox inbox = healthy(node);
    stream.stream().config().setAutoRead(false);
    var queue = new Backlog(512, 1 << 20);
    int sent = 0;
    while (node.awaitBacklog(Lane.BULK, queue, Duration.ofMillis(200))) {
      node.broadcast(TX, numbered(sent++));
    }
    stream.stream().eventLoop().execute(() -> stream.stream().config().setAutoRead(true));
    for (int i = 0; i < 1_000; i++) {
      assertThat(node.awaitBacklog(Lane.BULK, queue, DEADLINE)).isTrue();
      node.broadcast(TX, numbered(sent++));
    }

    inbox.await(sent, DEADLINE);
    assertThat(node.awaitBacklog(Lane.BULK, Backlog.NONE, DEADLINE)).isTrue();
    assertThat(info(node).dropped()).isZero();
  }

  @Test
  void aPeerThatGivesNoSignOfLifeIsCut() throws Exception {
    Limits.Liveness brisk = new Limits.Liveness(
        Duration.ofMillis(200),
        Duration.ofMillis(400),
        Duration.ofMillis(1_500),
        Duration.ofSeconds(1));
    GossipNode node = start(Limits.defaults().withLiveness(brisk));
    RawPeer.Tape stream = session(node);
    Eventually.until("answered pings", () -> !Double.isNaN(info(node).rttMillis()));
    var end = new CountDownLatch(1);
    stream.stream().eventLoop().execute(() -> awaitQuietly(end));

    Eventually.until(
        "degraded",
        () -> events.stream().anyMatch(NodeEvent.SessionClosed.class::isInstance)
            || isDegraded(info(node)));
    Eventually.until("cut", () -> info(node) == null);

    end.countDown();
    assertThat(closed()).contains("no sign of life");
  }

  @Test
  void aPeerThatFloodsIsReadMoreSlowlyAndTheOthersAreHeard() throws Exception {
    Limits.Inbound usual = Limits.defaults().inbound();
    Limits.Inbound slow = new Limits.Inbound(
        usual.messagesPerPeer(),
        usual.bytesPerPeer(),
        usual.bytesPerSecond(),
        usual.burstBytes(),
        500,
        500,
        usual.messages(),
        usual.bytes(),
        usual.validation(),
        usual.threads(),
        usual.duplicateIds(),
        usual.duplicateTtl());
    GossipNode node = start(Limits.defaults().withInbound(slow));
    var votes = new Inbox();
    node.handle(VOTE, votes);
    RawPeer.Tape stream = session(node);
    healthy(node);

    for (int i = 0; i < 2_000; i++) {
      stream.write(RawPeer.frame("TX", "flood " + i));
    }
    Eventually.until("read more slowly", () -> paused(node) > 0);
    nodes.get(1).broadcast(VOTE, "aye".getBytes(UTF_8));

    votes.await(1, DEADLINE);
    assertThat(info(node)).isNotNull();
  }

  @Test
  void aPeerGetsOnlyTheTagsThatItAsksFor() throws Exception {
    GossipNode node = start(Limits.defaults());
    RawPeer.Tape stream = session(node);
    // One topic, "tags".
    stream.write(RawPeer.frame("MI", "\1\4tags\2AV"));

    Eventually.until("only votes come", () -> {
      int before = stream.text().length();
      node.broadcast(TX, ("tx " + before).getBytes(UTF_8));
      node.broadcast(VOTE, ("vote " + before).getBytes(UTF_8));
      stream.awaitText("vote " + before);
      return !stream.text().contains("tx " + before);
    });
  }

  private static byte[] numbered(int number) {
    return ByteBuffer.allocate(16 << 10).putInt(number).array();
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

  private static boolean isDegraded(PeerInfo peer) {
    return peer != null && peer.state() == PeerInfo.State.DEGRADED;
  }

  private static double paused(GossipNode node) {
    return node.metrics().stream()
        .filter(metric -> metric.labels().containsValue("inbound.rate"))
        .mapToDouble(metric -> metric.value())
        .sum();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
