package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.TX;
import static dev.twine.hybrid.Cluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.GossipNode;
import dev.twine.network.Receipt;
import dev.twine.network.Receipt.Drop;
import dev.twine.network.Receipt.Refusal;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.ManualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where a message can wait it can grow too old, and its session or node can end: in the lane that all
 * peers share, on the way to the event loops, and in the queue of one peer. It is not sent then, and
 * its receipt says so.
 */
@Timeout(60)
class StaleMessagesTest {
  /** Above the age limit of bulk, below the time after which a peer that takes nothing is cut. */
  private static final Duration LATER = Duration.ofSeconds(26);

  private static final byte[] LARGE = new byte[256 << 10];

  @AutoClose
  private final Cluster cluster = new Cluster();

  private final ManualClock clock = new ManualClock();
  private final CountDownLatch standing = new CountDownLatch(1);

  @AfterEach
  void goOn() {
    standing.countDown();
  }

  @ParameterizedTest
  @EnumSource
  void whatGrewTooOldInTheLaneIsNotSentAndWhatIsYoungIs(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind(), config -> config.withClock(clock));
    try (RawPeer peer = RawPeer.dial(way, node)) {
      List<Receipt> old = standStill(node);
      clock.advance(LATER);
      Receipt young = node.broadcast(TX, text("young"));
      standing.countDown();

      peer.awaitReceived("TX", "young");
      assertThat(Cluster.get(young.outcome()).queued()).isEqualTo(1);
      int tooOld = 0;
      for (Receipt receipt : old) {
        tooOld += Cluster.get(receipt.outcome()).dropped().getOrDefault(Drop.TOO_OLD, 0);
      }
      // Those on their way to the loops may have grown too old in the queue of the peer.
      assertThat(tooOld).isPositive().isLessThanOrEqualTo(dropped(node, "too-old"));
      assertThat(peer.received("TX")).hasSize(old.size() + 1 - dropped(node, "too-old"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatGrewTooOldInTheQueueOfAPeerIsNotSentAndWhatIsYoungIs(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind(), config -> config.withClock(clock));
    try (RawPeer peer = RawPeer.dial(way, node)) {
      int waiting = stall(peer, node);
      clock.advance(LATER);
      node.broadcast(TX, text("young"));
      peer.resume();

      peer.awaitReceived("TX", "young");
      assertThat(dropped(node, "too-old")).isGreaterThanOrEqualTo(waiting);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatAFullLaneRefusedIsSentToNobody(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind());
    try (RawPeer peer = RawPeer.dial(way, node)) {
      List<Receipt> taken = standStill(node);
      Receipt next = node.broadcast(TX, unique(taken.size()));
      while (next.accepted()) {
        taken.add(next);
        next = node.broadcast(TX, unique(taken.size()));
      }
      assertThat(next.refusal()).contains(Refusal.LANE_FULL);
      assertThat(Cluster.get(next.outcome()).queued()).isZero();
      standing.countDown();

      // The queue of the peer is smaller than the lane.
      Eventually.until(
          () -> taken.size() + " less those dropped, and not "
              + peer.received("TX").size(),
          () -> peer.received("TX").size() == taken.size() - dropped(node, "queue-full"));
      String refused = new String(unique(taken.size()), StandardCharsets.ISO_8859_1);
      assertThat(peer.received("TX")).doesNotContain(refused);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyReceiptIsCompleteWhenItsNodeIsClosedWhereverItsMessageWaits(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind());
    RawPeer peer = RawPeer.dial(way, node);
    stall(peer, node);
    List<Receipt> receipts = standStill(node);
    standing.countDown();
    peer.close();

    node.close();

    for (Receipt receipt : receipts) {
      assertThat(receipt.outcome()).isDone();
    }
    assertThat(node.broadcast(TX, text("after it")).refusal()).contains(Refusal.CLOSED);
  }

  /** Holds up the loops of the node, and sends until messages wait in the lane. */
  private List<Receipt> standStill(GossipNode node) {
    cluster.holdLoops(standing);
    List<Receipt> receipts = new ArrayList<>();
    while (lane(node) < 3) {
      receipts.add(node.broadcast(TX, unique(receipts.size())));
    }
    return receipts;
  }

  /** Sends until messages wait in the queue of the peer; how many do. */
  private static int stall(RawPeer peer, GossipNode node) throws Exception {
    peer.stall();
    for (int i = 0; queued(peer, node) < 3; i++) {
      node.broadcast(TX, unique(1_000_000 + i)).awaitQueued(Duration.ofMillis(10));
    }
    return queued(peer, node);
  }

  private static int queued(RawPeer peer, GossipNode node) {
    return peer.session(node).orElseThrow().bulkQueue();
  }

  private static int dropped(GossipNode node, String reason) {
    return (int) Cluster.metric(node, "twine_peer_drops_total", reason);
  }

  private static double lane(GossipNode node) {
    return Cluster.metric(node, "twine_broadcast_queue_length", "bulk");
  }

  private static byte[] unique(int number) {
    byte[] body = LARGE.clone();
    ByteBuffer.wrap(body).putInt(number);
    return body;
  }
}
