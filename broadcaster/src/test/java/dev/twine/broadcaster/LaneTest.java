package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.broadcaster.Ticket.Refusal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The shared lanes: what they hold, and in which order the worker takes it. */
class LaneTest {
  private static final BroadcasterConfig SMALL = BroadcasterConfig.defaults()
      .withLargestMessage(100)
      .withLanes(new QueueLimit(3, 1000), new QueueLimit(5, 100));

  @Test
  void aLaneRefusesOneMessagePastItsCountAndLeavesTheOtherOpen() {
    try (Rig rig = new Rig(SMALL)) {
      for (int i = 0; i < 3; i++) {
        assertThat(rig.offer(rig.priority("p")).refusal()).isNull();
      }

      Ticket refused = rig.offer(rig.priority("p"));

      assertThat(refused.refusal()).isEqualTo(Refusal.LANE_FULL);
      assertThat(refused.outcome()).isCompletedWithValue(new Ticket.Outcome(0, Map.of()));
      assertThat(rig.offer(rig.bulk("b")).refusal()).isNull();
      assertThat(rig.broadcaster.stats().refused()).containsEntry(Refusal.LANE_FULL, 1L);
      assertThat(rig.broadcaster.stats().priorityLane()).isEqualTo(3);
    }
  }

  @Test
  void aLaneRefusesOneBytePastItsBytes() {
    try (Rig rig = new Rig(SMALL)) {
      assertThat(rig.offer(rig.bulk("x", 60)).refusal()).isNull();
      assertThat(rig.offer(rig.bulk("x", 41)).refusal()).isEqualTo(Refusal.LANE_FULL);
      assertThat(rig.offer(rig.bulk("x", 40)).refusal()).isNull();
      assertThat(rig.broadcaster.stats().laneBytes()).isEqualTo(100);
    }
  }

  @Test
  void aLaneHoldsOneLargestMessageAndOneByteMoreIsTooLarge() {
    try (Rig rig = new Rig(SMALL)) {
      assertThat(rig.offer(rig.bulk("x", 101)).refusal()).isEqualTo(Refusal.TOO_LARGE);
      assertThat(rig.offer(rig.bulk("x", 100)).refusal()).isNull();
    }
  }

  @Test
  void aLaneBelowOneLargestMessageIsNotAConfiguration() {
    assertThatThrownBy(() -> SMALL.withLanes(new QueueLimit(3, 1000), new QueueLimit(5, 99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one largest message");
  }

  @Test
  void aLaneThatTheWorkerEmptiedTakesMessagesAgain() {
    try (Rig rig = new Rig(SMALL)) {
      for (int i = 0; i < 3; i++) {
        rig.offer(rig.priority("p"));
      }
      rig.work();

      assertThat(rig.offer(rig.priority("p")).refusal()).isNull();
    }
  }

  @Test
  void aLatePriorityMessageOvertakesQueuedBulk() {
    try (Rig rig = new Rig(BroadcasterConfig.defaults().withBatchBytes(2))) {
      SocketDouble socket = rig.socket();
      rig.attach(socket);
      rig.runLoops();
      for (int i = 0; i < 8; i++) {
        rig.offer(rig.bulk("" + i));
      }
      rig.work();
      rig.work();
      assertThat(rig.work()).isEqualTo(Worker.Turn.NO_ROOM);

      rig.offer(rig.priority("!"));
      rig.run();

      assertThat(socket.bodies())
          .as("behind the two batches that were out")
          .containsExactly("0", "1", "2", "3", "!", "4", "5", "6", "7");
    }
  }

  @Test
  void bulkIsNeverStarvedByPriority() {
    try (Rig rig = new Rig(BroadcasterConfig.defaults().withBatchBytes(10))) {
      SocketDouble socket = rig.socket();
      rig.attach(socket);
      rig.offer(rig.bulk("B1", 10));
      rig.offer(rig.bulk("B2", 10));

      for (int i = 0; i < 60; i++) {
        rig.offer(rig.priority("p" + i % 10));
        rig.offer(rig.priority("p" + i % 10));
        rig.work();
        rig.runLoops();
      }

      int weight = BroadcasterConfig.defaults().lanes().bulkWeight();
      assertThat(socket.bodies().indexOf("B1")).isEqualTo(weight * 10 / 2);
      assertThat(socket.bodies().lastIndexOf("B2")).isEqualTo(2 * weight * 10 / 2 + 1);
    }
  }

  @Test
  void bulkThatWaitedTooLongInTheLaneIsDroppedAndPriorityIsNot() {
    try (Rig rig = new Rig()) {
      SocketDouble socket = rig.socket();
      rig.attach(socket);
      rig.runLoops();
      Ticket old = rig.offer(rig.bulk("old"));
      rig.offer(rig.priority("vote"));
      rig.advance(BroadcasterConfig.defaults().lanes().maxBulkAge());
      Ticket atTheLimit = rig.offer(rig.bulk("young"));
      rig.advance(Duration.ofNanos(1));
      rig.run();

      assertThat(socket.bodies()).containsExactly("vote", "young");
      assertThat(old.outcome())
          .isCompletedWithValue(new Ticket.Outcome(0, Map.of(Ticket.Drop.TOO_OLD, 1)));
      assertThat(atTheLimit.outcome()).isCompletedWithValue(new Ticket.Outcome(1, Map.of()));
      assertThat(rig.cuts).as("age is never punished").isEmpty();
    }
  }

  @Test
  void aMessageLargerThanABatchGoesAlone() {
    try (Rig rig = new Rig(BroadcasterConfig.defaults().withBatchBytes(10))) {
      SocketDouble socket = rig.socket();
      rig.attach(socket);
      rig.offer(rig.bulk("a"));
      rig.offer(rig.bulk("large", 100));
      rig.offer(rig.bulk("b"));
      rig.run();

      assertThat(socket.bodies()).containsExactly("a", "large", "b");
      assertThat(socket.writes()).hasSize(3);
    }
  }
}
