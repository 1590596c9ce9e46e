package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DialSlotsTest {
  private final List<Integer> ran = new ArrayList<>();

  @Test
  void whoComesBeyondTheSlotsWaitsInOrder() {
    DialSlots slots = new DialSlots(2);
    for (int i = 0; i < 4; i++) {
      int number = i;
      assertThat(slots.acquire(() -> ran.add(number))).isTrue();
    }
    assertThat(ran).containsExactly(0, 1);
    slots.release();
    assertThat(ran).containsExactly(0, 1, 2);
    slots.release();
    slots.release();
    slots.release();
    assertThat(ran).containsExactly(0, 1, 2, 3);
    assertThat(slots.used()).isZero();
  }

  @Test
  void whoGivesUpMakesRoomInTheQueue() {
    DialSlots slots = new DialSlots(1);
    slots.acquire(() -> {});
    Runnable first = () -> {};
    assertThat(slots.acquire(first)).isTrue();
    for (int i = 1; i < DialSlots.WAITING_PER_SLOT; i++) {
      int number = i;
      assertThat(slots.acquire(() -> ran.add(number))).isTrue();
    }
    slots.forget(first);
    assertThat(slots.acquire(() -> ran.add(99))).isTrue();
    slots.release();
    assertThat(ran).containsExactly(1);
  }

  @Test
  void theQueueIsBounded() {
    DialSlots slots = new DialSlots(1);
    slots.acquire(() -> {});
    for (int i = 0; i < DialSlots.WAITING_PER_SLOT; i++) {
      assertThat(slots.acquire(() -> {})).isTrue();
    }
    assertThat(slots.acquire(() -> {})).isFalse();
  }
}
