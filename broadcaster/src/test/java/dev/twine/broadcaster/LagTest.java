package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.broadcaster.Ticket.Drop;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers whose sockets do not keep up. */
class LagTest {
  private static final BroadcasterConfig CONFIG = BroadcasterConfig.defaults()
      .withWriteMarks(50, 100)
      .withPeerQueues(new QueueLimit(3, 1000), new QueueLimit(4, 1000));

  private final Rig rig = new Rig(CONFIG);
  private final SocketDouble slow = rig.socket();
  private final SocketDouble fast = rig.socket();
  private final PeerWriter slowPeer = rig.attach(slow);

  @BeforeEach
  void attach() {
    rig.attach(fast);
    rig.runLoops();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aStuckPeerCostsTheOthersNothingAndIsCut() {
    rig.stick(slow);
    // The clock of a peer starts at the first sweep that sees its bytes wait.
    Duration timeout = CONFIG.lag().stallTimeout().plus(CONFIG.lag().sweepInterval());
    for (int second = 0; second < timeout.toSeconds(); second++) {
      rig.offer(rig.bulk("m" + second));
      rig.run();
      rig.advance(Duration.ofSeconds(1));
      assertThat(fast.bodies()).endsWith("m" + second);
    }
    assertThat(rig.cuts).as("one look before the limit").isEmpty();

    rig.offer(rig.bulk("last"));
    rig.run();

    assertThat(rig.cuts).containsExactly("NO_PROGRESS");
    assertThat(fast.bodies()).hasSize(33).endsWith("last");
    assertThat(rig.broadcaster.stats().peers()).isEqualTo(1);
    assertThat(slowPeer.queuedBytes()).isZero();
  }

  @Test
  void aPeerIsCutOnceThoughATurnAndTheTimerLookAtItBeforeItIsLetGo() {
    rig.stick(slow);
    rig.run();
    rig.advance(CONFIG.lag().sweepInterval());
    rig.run();
    rig.advance(CONFIG.lag().stallTimeout());
    rig.offer(rig.bulk("m"));

    rig.work();
    rig.runLoops();

    assertThat(rig.cuts).containsExactly("NO_PROGRESS");
  }

  @Test
  void aSlowButMovingPeerIsKept() {
    rig.stick(slow);
    for (int second = 0; second < 10 * CONFIG.lag().stallTimeout().toSeconds(); second++) {
      slow.take(1);
      rig.run();
      rig.advance(Duration.ofSeconds(1));
    }

    assertThat(rig.cuts).isEmpty();
    assertThat(rig.broadcaster.stats().peers()).isEqualTo(2);
  }

  @Test
  void whatWaitsGoesOutInOrderWhenTheSocketMoves() {
    rig.stick(slow);
    rig.offer(rig.bulk("b1"));
    rig.offer(rig.priority("p1"));
    rig.run();
    rig.offer(rig.bulk("b2"));
    rig.offer(rig.priority("p2"));
    rig.run();
    assertThat(slowPeer.queuedPriority()).isEqualTo(2);
    assertThat(slowPeer.queuedBulk()).isEqualTo(2);
    assertThat(slowPeer.queuedBytes()).isEqualTo(4 * (LengthForm.HEADER + 2));

    slow.take(Long.MAX_VALUE);
    rig.offer(rig.bulk("b3"));
    rig.run();

    assertThat(slow.bodies())
        .as("priority first")
        .containsExactly("full", "p1", "p2", "b1", "b2", "b3");
    assertThat(slowPeer.queuedBytes()).isZero();
    assertThat(slowPeer.dropped()).isZero();
    assertThat(slowPeer.sentMessages()).isEqualTo(6);
    assertThat(slowPeer.sentBytes()).isEqualTo(slow.bytes().length);
  }

  @Test
  void aFullBulkQueueDropsTheNewestAndCountsIt() {
    rig.stick(slow);
    Ticket ticket = rig.offer(rig.bulk("b1"));
    for (int i = 2; i <= 4; i++) {
      ticket = rig.offer(rig.bulk("b" + i));
    }
    rig.run();
    assertThat(ticket.outcome())
        .as("at the limit")
        .isCompletedWithValue(new Ticket.Outcome(2, Map.of()));

    Ticket past = rig.offer(rig.bulk("b5"));
    rig.run();

    assertThat(past.outcome())
        .isCompletedWithValue(new Ticket.Outcome(1, Map.of(Drop.QUEUE_FULL, 1)));
    assertThat(slowPeer.dropped()).isEqualTo(1);
    assertThat(rig.broadcaster.stats().dropped()).containsEntry(Drop.QUEUE_FULL, 1L);
    assertThat(rig.cuts).isEmpty();
    slow.take(Long.MAX_VALUE);
    assertThat(slow.bodies()).containsExactly("full", "b1", "b2", "b3", "b4");
  }

  @Test
  void onePriorityMessagePastTheQueueCutsThePeer() {
    rig.stick(slow);
    for (int i = 1; i <= 3; i++) {
      rig.offer(rig.priority("p" + i));
    }
    rig.run();
    assertThat(rig.cuts).as("at the limit").isEmpty();

    Ticket past = rig.offer(rig.priority("p4"));
    rig.offer(rig.priority("p5"));
    rig.run();

    assertThat(rig.cuts).containsExactly("PRIORITY_OVERFLOW");
    assertThat(past.outcome())
        .isCompletedWithValue(new Ticket.Outcome(1, Map.of(Drop.QUEUE_FULL, 1)));
    assertThat(fast.bodies()).endsWith("p4", "p5");
    assertThat(rig.broadcaster.stats().peers()).isEqualTo(1);
  }

  @Test
  void anEmptyQueueTakesAMessageOfAnySizeAndAFullOneNotAByteMore() {
    rig.stick(slow);
    rig.offer(rig.bulk("huge", 5000));
    rig.run();
    assertThat(slowPeer.queuedBulk()).isEqualTo(1);

    rig.offer(rig.bulk("x"));
    rig.run();

    assertThat(slowPeer.queuedBulk()).isEqualTo(1);
    assertThat(slowPeer.dropped()).isEqualTo(1);
  }

  @Test
  void oldBulkIsDroppedFromTheQueueAndNeverPunished() {
    rig.stick(slow);
    rig.offer(rig.bulk("old"));
    rig.offer(rig.priority("vote"));
    rig.run();
    rig.advance(CONFIG.lanes().maxBulkAge().plusNanos(1));
    rig.run();

    assertThat(slowPeer.queuedBulk()).isZero();
    assertThat(slowPeer.queuedPriority()).isEqualTo(1);
    assertThat(rig.broadcaster.stats().dropped()).containsEntry(Drop.TOO_OLD, 1L);
    assertThat(rig.cuts).isEmpty();
    slow.take(Long.MAX_VALUE);
    assertThat(slow.bodies()).containsExactly("full", "vote");
  }

  @Test
  void bulkOfALaggingPeerIsNotStarvedByItsPriority() {
    var config = CONFIG.withPeerQueues(new QueueLimit(100, 10_000), new QueueLimit(4, 1000));
    try (Rig other = new Rig(config)) {
      SocketDouble socket = other.socket();
      other.attach(socket);
      other.stick(socket);
      other.offer(other.bulk("b"));
      for (int i = 0; i < 50; i++) {
        other.offer(other.priority("p"));
      }
      other.run();

      socket.take(Long.MAX_VALUE);

      assertThat(socket.bodies().indexOf("b")).isEqualTo(1 + config.lanes().bulkWeight());
    }
  }

  @Test
  void smallFramesThatWaitAreJoinedAndLargeOnesAreNot() {
    var config = BroadcasterConfig.defaults().withWriteMarks(50, 100_000);
    try (Rig other = new Rig(config)) {
      SocketDouble socket = other.socket();
      PeerWriter peer = other.attach(socket);
      socket.take(0);
      other.offer(other.bulk("full", 100_000));
      other.run();
      for (int i = 0; i < 300; i++) {
        other.offer(other.bulk("s" + i, 100));
      }
      other.offer(other.bulk("large", Frames.SMALL + 1));
      for (int i = 0; i < 300; i++) {
        other.offer(other.bulk("t" + i, 100));
      }
      other.run();
      assertThat(peer.queuedBulk()).isEqualTo(601);

      socket.take(Long.MAX_VALUE);

      assertThat(socket.writes()).as("full, all before, large, all after").hasSize(4);
      assertThat(socket.bodies()).hasSize(602);
      assertThat(socket.bodies().get(300)).startsWith("s299");
      assertThat(socket.bodies().get(301)).startsWith("large");
      assertThat(peer.sentMessages()).isEqualTo(602);
      assertThat(peer.sentBytes()).isEqualTo(socket.bytes().length);
      assertThat(peer.queuedBytes()).isZero();
    }
  }

  @Test
  void joiningGoesNoFurtherThanTheChannelTakes() {
    var config = BroadcasterConfig.defaults().withWriteMarks(5_000, 10_000);
    try (Rig other = new Rig(config)) {
      SocketDouble socket = other.socket();
      PeerWriter peer = other.attach(socket);
      socket.take(0);
      other.offer(other.bulk("first", 6_000));
      other.run();
      other.offer(other.bulk("second", 4_000));
      other.run();
      for (int i = 0; i < 200; i++) {
        other.offer(other.bulk("s" + i, 100));
      }
      other.run();

      socket.take(LengthForm.HEADER + 6_000L);

      long handed = 200L * (100 + LengthForm.HEADER) - peer.queuedBytes();
      assertThat(4_000 + handed).as("up to the high mark").isBetween(9_500L, 10_200L);
      assertThat(peer.queuedBulk()).isPositive();
    }
  }

  @Test
  void aPeerThatCaughtUpHoldsNoQueue() {
    rig.stick(slow);
    rig.offer(rig.bulk("b"));
    rig.run();
    slow.take(Long.MAX_VALUE);
    rig.offer(rig.bulk("c"));
    rig.run();

    assertThat(slowPeer.inLoop().isInStep()).isTrue();
    assertThat(slow.writes()).as("back on the shared path").hasSize(3);
  }
}
