package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twine.libp2p.core.yamux.SendSchedule.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendScheduleTest {
  private static final int FRAME = 16_372;

  private final SendSchedule<Integer> schedule = new SendSchedule<>();

  @Test
  void nobodyWaitingMeansNobodysTurn() {
    assertThat(schedule.isEmpty()).isTrue();
    assertThat(schedule.current()).isNull();
  }

  @Test
  void equalWeightsTakeTurnsFrameByFrame() {
    add(1, 16);
    add(2, 16);
    add(3, 16);

    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      order.add(sendOne(SendSchedule.BYTES_PER_WEIGHT * 16));
    }

    assertThat(order).containsExactly(1, 2, 3, 1, 2, 3, 1, 2, 3);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "16,32", "1,256", "3,7", "255,256", "16,1"})
  void bytesFollowWeights(int one, int other) {
    add(1, one);
    add(2, other);

    int frames = 5_000;
    Map<Integer, Long> sent = new HashMap<>();
    for (int i = 0; i < frames; i++) {
      sent.merge(sendOne(FRAME), (long) FRAME, Long::sum);
    }

    double share = sent.get(1) / (double) (sent.get(1) + sent.get(2));
    double fair = one / (double) (one + other);
    // Two in a hundred, and the frame that one of them is ahead by.
    assertThat(share).isCloseTo(fair, within(fair * 0.02 + 1.0 / frames));
  }

  @Test
  void leavingForAMomentDoesNotWipeOutADebt() {
    Turn<Integer> greedy = add(1, 1);
    add(2, 16);

    Map<Integer, Long> sent = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      int who = sendOne(FRAME);
      sent.merge(who, (long) FRAME, Long::sum);
      if (who == 1) {
        schedule.remove(greedy);
        schedule.add(greedy);
      }
    }

    assertThat(sent.get(2) / (double) sent.get(1)).isCloseTo(16, within(1.6));
  }

  @Test
  void sendingAloneLeavesNoDebt() {
    Turn<Integer> first = add(1, 16);
    for (int i = 0; i < 100; i++) {
      sendOne(64 << 10);
    }
    add(2, 16);

    Map<Integer, Integer> frames = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      frames.merge(sendOne(FRAME), 1, Integer::sum);
    }

    assertThat(first.isWaiting()).isTrue();
    assertThat(frames.get(1)).isBetween(6, 14);
  }

  @Test
  void agreesWithASetWhateverComesAndGoes() {
    var random = new Random(11);
    List<Turn<Integer>> turns = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      turns.add(new Turn<>(i, 1 + random.nextInt(40)));
    }
    Set<Integer> waiting = new HashSet<>();
    for (int step = 0; step < 10_000; step++) {
      Turn<Integer> turn = turns.get(random.nextInt(turns.size()));
      switch (random.nextInt(3)) {
        case 0 -> {
          schedule.add(turn);
          waiting.add(turn.sender());
        }
        case 1 -> {
          schedule.remove(turn);
          waiting.remove(turn.sender());
        }
        default -> {
          if (!waiting.isEmpty()) {
            assertThat(waiting).contains(sendOne(random.nextInt(FRAME)));
          }
        }
      }
      assertThat(turn.isWaiting()).isEqualTo(waiting.contains(turn.sender()));
      assertThat(schedule.isEmpty()).isEqualTo(waiting.isEmpty());
      assertThat(schedule.isContended()).isEqualTo(waiting.size() > 1);
    }
  }

  private Turn<Integer> add(int sender, int weight) {
    Turn<Integer> turn = new Turn<>(sender, weight);
    schedule.add(turn);
    return turn;
  }

  private int sendOne(int bytes) {
    Turn<Integer> turn = schedule.current();
    assertThat(turn).isNotNull();
    schedule.sent(turn, bytes);
    return turn.sender();
  }
}
