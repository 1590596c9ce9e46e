package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.broadcaster.Asker.HandlerThread;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Senders that wait for the slowest peer. */
class PaceTest {
  private static final int QUEUE = 20;
  private static final long BYTES = 1 << 20;

  private static final BroadcasterConfig CONFIG = BroadcasterConfig.defaults()
      .withWriteMarks(50, 100)
      .withPeerQueues(new QueueLimit(QUEUE, BYTES), new QueueLimit(QUEUE, BYTES));

  private final Rig rig = new Rig(CONFIG);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void withoutABacklogNobodyWaits() throws Exception {
    rig.attach(rig.socket());
    rig.offer(rig.bulk("a"));
    rig.run();

    assertThat(isAtMost(Lane.BULK, 0, 0)).isTrue();
    assertThat(isAtMost(Lane.PRIORITY, 0, 0)).isTrue();
  }

  @Test
  void whatTheLaneHoldsCountsInMessagesAndInBytes() throws Exception {
    rig.offer(rig.bulk("a", 10));
    rig.offer(rig.bulk("b", 20));

    assertThat(isAtMost(Lane.BULK, 2, 30)).isTrue();
    assertThat(isAtMost(Lane.BULK, 1, 30)).isFalse();
    assertThat(isAtMost(Lane.BULK, 2, 29)).isFalse();
    assertThat(isAtMost(Lane.PRIORITY, 0, 0)).as("the other lane").isTrue();
  }

  @Test
  void whatOneOfTheLoopsHasYetToTakeCounts() throws Exception {
    rig.attach(rig.socket());
    rig.attach(rig.socket(rig.anotherLoop()));
    rig.runLoops();
    rig.offer(rig.bulk("a"));
    rig.work();

    rig.loop.runNow();
    assertThat(isAtMost(Lane.BULK, 0, 0)).isFalse();

    rig.runLoops();
    assertThat(isAtMost(Lane.BULK, 0, 0)).isTrue();
  }

  @Test
  void theLongestQueueOfAPeerCountsHoweverLongThePeerHasLagged() throws Exception {
    SocketDouble slow = rig.socket();
    PeerWriter peer = rig.attach(slow);
    rig.attach(rig.socket(rig.anotherLoop()));
    rig.stick(slow);
    offer(3);
    rig.run();
    rig.advance(CONFIG.lag().behindAfter().plusSeconds(1));
    rig.run();

    assertThat(isAtMost(Lane.BULK, 3, peer.queuedBytes())).isTrue();
    assertThat(isAtMost(Lane.BULK, 2, peer.queuedBytes())).isFalse();
    assertThat(isAtMost(Lane.BULK, 3, peer.queuedBytes() - 1)).isFalse();
    assertThat(isAtMost(Lane.PRIORITY, 0, 0)).isTrue();
  }

  @Test
  void laneAndQueueAreAddedUp() throws Exception {
    SocketDouble slow = rig.socket();
    rig.attach(slow);
    rig.stick(slow);
    offer(3);
    rig.run();

    offer(2);

    assertThat(isAtMost(Lane.BULK, 5, BYTES)).isTrue();
    assertThat(isAtMost(Lane.BULK, 4, BYTES)).isFalse();
  }

  @Test
  void aSocketThatGoesOnWakesWhoWaits() throws Exception {
    SocketDouble slow = rig.socket();
    rig.attach(slow);
    rig.stick(slow);
    offer(3);
    rig.run();
    Asker waiting = waiting();

    slow.take(Long.MAX_VALUE);
    rig.runLoops();

    assertThat(waiting.answer()).isTrue();
  }

  @Test
  void aSocketThatGoesOnCostsNoTurnWhileNobodyWaits() throws Exception {
    SocketDouble slow = rig.socket();
    rig.attach(slow);
    rig.stick(slow);
    offer(3);
    rig.run();

    slow.take(Long.MAX_VALUE);

    assertThat(rig.loop.runNow()).as("tasks of the loop").isZero();
    assertThat(isAtMost(Lane.BULK, 0, 0)).isTrue();
  }

  @Test
  void aBatchThatArrivesWakesWhoWaits() throws Exception {
    rig.attach(rig.socket());
    rig.runLoops();
    offer(3);
    Asker waiting = waiting();

    rig.run();

    assertThat(waiting.answer()).isTrue();
  }

  @Test
  void aPeerThatLeavesIsNotWaitedFor() throws Exception {
    SocketDouble slow = rig.socket();
    PeerWriter peer = rig.attach(slow);
    rig.stick(slow);
    offer(3);
    rig.run();
    Asker waiting = waiting();

    peer.detach();
    rig.runLoops();

    assertThat(waiting.answer()).isTrue();
  }

  @Test
  void bulkThatIsTooOldNoLongerCounts() throws Exception {
    SocketDouble slow = rig.socket();
    rig.attach(slow);
    rig.stick(slow);
    offer(3);
    rig.run();
    offer(2);
    Asker waiting = waiting();

    rig.advance(CONFIG.lanes().maxBulkAge().plusNanos(1));
    rig.run();

    assertThat(waiting.answer()).isTrue();
  }

  @Test
  void closingEndsTheWaitAndEveryLaterOne() throws Exception {
    offer(1);
    Asker waiting = waiting();

    rig.broadcaster.close();

    assertThat(waiting.answer()).isFalse();
    assertThat(isAtMost(Lane.BULK, 1, BYTES)).isFalse();
  }

  @Test
  void threadsThatOthersWaitForAreRefusedEvenIfTheyNeedNotWait() {
    rig.attach(rig.socket());

    // The test's thread owns the manual loop.
    assertThatThrownBy(() -> rig.broadcaster.awaitBacklog(Lane.BULK, 1, 1, Duration.ZERO))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> asks(Lane.BULK, 1, BYTES, HandlerThread::new).answer())
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void whoSendsNoMoreThanAQueueHasRoomForLosesNothing() throws Exception {
    SocketDouble slow = rig.socket();
    PeerWriter peer = rig.attach(slow);
    SocketDouble fast = rig.socket(rig.anotherLoop());
    rig.attach(fast);
    rig.runLoops();
    var random = new Random(1);
    int sent = 0;
    while (sent < 500) {
      if (isAtMost(Lane.BULK, QUEUE - 1, BYTES)) {
        rig.offer(rig.bulk("m" + sent++));
      } else {
        slow.take(random.nextInt(400));
      }
      if (random.nextInt(3) == 0) {
        rig.run();
      }
    }
    rig.run();
    slow.take(Long.MAX_VALUE);

    assertThat(slow.bodies()).hasSize(500).isEqualTo(fast.bodies());
    assertThat(peer.dropped()).isZero();
  }

  private void offer(int messages) {
    for (int i = 0; i < messages; i++) {
      rig.offer(rig.bulk("m" + i));
    }
  }

  private boolean isAtMost(Lane lane, int messages, long bytes) throws Exception {
    return asks(lane, messages, bytes, Thread::new).answer();
  }

  private Asker asks(Lane lane, int messages, long bytes, ThreadFactory threads) {
    return Asker.asks(
        () -> rig.broadcaster.awaitBacklog(lane, messages, bytes, Duration.ZERO), threads);
  }

  /** Until nothing is before any peer. */
  private Asker waiting() {
    return Asker.asks(
            () -> rig.broadcaster.awaitBacklog(Lane.BULK, 0, BYTES, Duration.ofSeconds(10)))
        .asleep();
  }
}
