package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What must go on while the lanes never run empty. */
class LoadTest {
  private static final BroadcasterConfig CONFIG = BroadcasterConfig.defaults()
      .withBatchBytes(10)
      .withWriteMarks(50, 100)
      .withLanes(new QueueLimit(50, 10 << 20), new QueueLimit(50, 10 << 20));

  private final Rig rig = new Rig(CONFIG);
  private final SocketDouble first = rig.socket();
  private final PeerWriter firstPeer = rig.attach(first);

  private int next;

  @BeforeEach
  void saturate() {
    rig.runLoops();
    refill();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void atMostTwoBatchesAreOutForALoopAndTheLanesFill() {
    assertThat(rig.work()).isEqualTo(Worker.Turn.HANDED);
    assertThat(rig.work()).isEqualTo(Worker.Turn.HANDED);
    refill();

    assertThat(rig.work()).isEqualTo(Worker.Turn.NO_ROOM);
    assertThat(rig.broadcaster.stats().bulkLane()).isEqualTo(50);
    assertThat(rig.offer(rig.bulk("x")).refusal()).isEqualTo(Ticket.Refusal.LANE_FULL);

    rig.runLoops();
    assertThat(rig.work()).isEqualTo(Worker.Turn.HANDED);
  }

  @Test
  void aLoopThatLagsHoldsTheWorkerUpForAllLoopsAlike() {
    var idle = rig.anotherLoop();
    SocketDouble second = rig.socket(idle);
    rig.attach(second);
    rig.runLoops();

    rig.work();
    rig.work();
    rig.loop.runNow();

    assertThat(rig.work()).isEqualTo(Worker.Turn.NO_ROOM);
    idle.runNow();
    assertThat(rig.work()).isEqualTo(Worker.Turn.HANDED);
  }

  @Test
  void aTurnOfALoopTakesOneBatch() {
    rig.work();
    rig.work();

    LoopWriter writer = firstPeer.membership().loop();
    writer.run();

    assertThat(first.writes()).hasSize(1);
    writer.run();
    assertThat(first.writes()).hasSize(2);
  }

  @Test
  void thePeersAreFreshForEachBatchUnderSustainedLoad() {
    step();
    step();
    SocketDouble late = rig.socket();
    rig.attach(late);
    String offeredNext = step();
    firstPeer.detach();
    int before = first.bodies().size();
    step();
    step();

    assertThat(rig.broadcaster.stats().bulkLane()).as("never empty").isPositive();
    assertThat(late.bodies()).as("from the next batch on").hasSizeGreaterThan(10);
    assertThat(late.bodies()).doesNotContain("0").doesNotHaveDuplicates();
    assertThat(offeredNext).isNotEmpty();
    assertThat(first.bodies()).hasSize(before);
    assertThat(rig.broadcaster.stats().peers()).isEqualTo(1);
  }

  @Test
  void aPeerWhoseChannelClosesLeavesUnderSustainedLoad() {
    step();
    first.close();
    step();

    assertThat(rig.broadcaster.stats().peers()).isZero();
  }

  @Test
  void timersRunUnderSustainedLoad() {
    SocketDouble stuck = rig.socket();
    PeerWriter peer = rig.attach(stuck);
    rig.runLoops();
    stuck.take(0);
    LoopWriter writer = peer.membership().loop();

    for (int second = 0; rig.cuts.isEmpty() && second < 100; second++) {
      refill();
      rig.work();
      // Only the task of the batches runs, as if the loop never came to its own timers.
      writer.run();
      rig.advance(Duration.ofSeconds(1));
    }

    assertThat(rig.cuts).containsExactly("NO_PROGRESS");
    assertThat(rig.broadcaster.stats().dropped().get(Ticket.Drop.TOO_OLD))
        .as("age was looked at too")
        .isPositive();
  }

  @Test
  void timersRunWithoutAnyLoad() {
    rig.run();
    first.take(0);
    rig.offer(rig.bulk("x"));
    rig.run();
    int seconds = 0;
    while (rig.cuts.isEmpty() && seconds < 100) {
      rig.advance(Duration.ofSeconds(1));
      rig.runLoops();
      seconds++;
    }

    assertThat(seconds).isEqualTo((int) CONFIG.lag().stallTimeout().toSeconds() + 1);
  }

  /** One batch from the lanes, which are filled up again first. Returns the last body offered. */
  private String step() {
    refill();
    rig.work();
    rig.runLoops();
    return Integer.toString(next - 1);
  }

  private void refill() {
    while (rig.offer(rig.bulk(Integer.toString(next))).refusal() == null) {
      next++;
    }
  }
}
