package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.broadcaster.Ticket.Drop;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages for one peer. */
class DirectTest {
  private static final BroadcasterConfig CONFIG = BroadcasterConfig.defaults()
      .withWriteMarks(50, 100)
      .withDirectInbox(new QueueLimit(3, 100))
      .withLargestMessage(1000);

  private final Rig rig = new Rig(CONFIG);
  private final SocketDouble socket = rig.socket();
  private final SocketDouble other = rig.socket();
  private final PeerWriter peer = rig.attach(socket);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void reachesItsPeerAlone() {
    rig.attach(other);
    Ticket ticket = peer.send(rig.bulk("d"));
    rig.runLoops();

    assertThat(socket.bodies()).containsExactly("d");
    assertThat(other.bodies()).isEmpty();
    assertThat(ticket.outcome()).isCompletedWithValue(new Ticket.Outcome(1, Map.of()));
    assertThat(peer.sentMessages()).isEqualTo(1);
  }

  @Test
  void keepsItsPlaceBetweenTheBroadcastsOfItsLane() {
    rig.attach(other);
    rig.runLoops();
    rig.offer(rig.bulk("a"));
    peer.send(rig.bulk("d1"));
    rig.offer(rig.bulk("b"));
    rig.offer(rig.bulk("c"));
    peer.send(rig.bulk("d2"));
    rig.runLoops();
    assertThat(socket.bodies()).as("nothing overtakes a").isEmpty();

    rig.run();

    assertThat(socket.bodies()).containsExactly("a", "d1", "b", "c", "d2");
    assertThat(other.bodies()).containsExactly("a", "b", "c");
    assertThat(other.writes()).as("others keep the shared path").hasSize(1);
  }

  @Test
  void doesNotWaitForTheOtherLane() {
    rig.runLoops();
    rig.offer(rig.bulk("a"));
    peer.send(rig.priority("d"));
    rig.run();

    assertThat(socket.bodies()).containsExactly("d", "a");
  }

  @Test
  void aPeerOfANewLoopDoesNotWaitForWhatWentBefore() {
    rig.run();
    rig.offer(rig.bulk("a"));
    rig.run();
    SocketDouble late = rig.socket(rig.anotherLoop());

    rig.attach(late).send(rig.bulk("d"));
    rig.runLoops();

    assertThat(late.bodies()).containsExactly("d");
  }

  @Test
  void waitsInTheQueueOfAPeerThatLags() {
    socket.take(0);
    rig.offer(rig.bulk("full", 200));
    rig.run();
    rig.offer(rig.bulk("a"));
    peer.send(rig.bulk("d"));
    rig.offer(rig.bulk("b"));
    rig.run();
    assertThat(peer.queuedBulk()).isEqualTo(3);

    socket.take(Long.MAX_VALUE);

    assertThat(socket.bodies()).containsExactly("full", "a", "d", "b");
  }

  @Test
  void isRefusedOnePastTheCountOfTheInbox() {
    rig.runLoops();
    for (int i = 0; i < 3; i++) {
      assertThat(peer.send(rig.bulk("d")).refusal()).isNull();
    }

    assertThat(peer.send(rig.bulk("d")).refusal()).isEqualTo(Ticket.Refusal.LANE_FULL);
    rig.runLoops();
    assertThat(peer.send(rig.bulk("d")).refusal()).isNull();
  }

  @Test
  void isRefusedOnePastTheBytesOfTheInboxUnlessItIsEmpty() {
    rig.runLoops();
    assertThat(peer.send(rig.bulk("d", 500)).refusal()).as("into an empty one").isNull();
    assertThat(peer.send(rig.bulk("d")).refusal()).isEqualTo(Ticket.Refusal.LANE_FULL);
    rig.runLoops();

    assertThat(peer.send(rig.bulk("d", 50)).refusal()).isNull();
    assertThat(peer.send(rig.bulk("d", 39)).refusal()).isEqualTo(Ticket.Refusal.LANE_FULL);
    assertThat(peer.send(rig.bulk("d", 38)).refusal()).isNull();
  }

  @Test
  void isRefusedAboveTheLargestMessage() {
    assertThat(peer.send(rig.bulk("d", 1001)).refusal()).isEqualTo(Ticket.Refusal.TOO_LARGE);
    assertThat(peer.send(rig.bulk("d", 1000)).refusal()).isNull();
  }

  @Test
  void isDroppedWithItsPeer() {
    rig.runLoops();
    rig.offer(rig.bulk("a"));
    Ticket waiting = peer.send(rig.bulk("d"));
    rig.runLoops();
    peer.detach();
    rig.runLoops();

    assertThat(waiting.outcome())
        .isCompletedWithValue(new Ticket.Outcome(0, Map.of(Drop.CLOSED, 1)));
    assertThat(peer.send(rig.bulk("e")).refusal()).isEqualTo(Ticket.Refusal.CLOSED);
  }

  @Test
  void manyOfThemAreOneTaskAndOneFlush() {
    rig.runLoops();
    peer.send(rig.bulk("1"));
    peer.send(rig.bulk("2"));
    peer.send(rig.bulk("3"));
    assertThat(rig.loop.runNow()).isLessThanOrEqualTo(1);

    assertThat(socket.bodies()).containsExactly("1", "2", "3");
    assertThat(socket.flushes()).isEqualTo(1);
  }
}
