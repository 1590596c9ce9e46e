package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.libp2p.core.MemoryBudget;
import dev.twine.libp2p.core.Refusals;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowsTest {
  private static final long INITIAL = SendWindow.INITIAL;
  private static final long UPDATE = ReceiveWindow.UPDATE_BYTES;
  private static final long RTT = 1_000_000;

  @Test
  void creditUpToTheLargestWindowIsTakenAndOneMoreIsNot() {
    var window = new SendWindow();

    window.grant(SendWindow.MAX - INITIAL);

    assertThat(window.available()).isEqualTo(SendWindow.MAX);
    assertThatThrownBy(() -> window.grant(1))
        .isInstanceOf(YamuxException.class)
        .satisfies(
            e -> assertThat(((YamuxException) e).offence()).isEqualTo(Offence.WINDOW_OVERFLOW));
    assertThat(window.available()).isEqualTo(SendWindow.MAX);
  }

  @Test
  void theLargestCreditOnTheWireDoesNotOverflow() {
    var window = new SendWindow();

    assertThatThrownBy(() -> window.grant(0xffffffffL)).isInstanceOf(YamuxException.class);
  }

  @Test
  void moreThanTheWindowIsNeverSent() {
    var window = new SendWindow();

    window.sent(INITIAL);

    assertThat(window.isExhausted()).isTrue();
    assertThatThrownBy(() -> window.sent(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFullWindowIsTakenAndOneByteMoreIsRefused() {
    var window = window(INITIAL, 0);

    assertThatThrownBy(() -> window.received(INITIAL + 1))
        .isInstanceOf(YamuxException.class)
        .satisfies(
            e -> assertThat(((YamuxException) e).offence()).isEqualTo(Offence.WINDOW_EXCEEDED));
    window.received(INITIAL);
    assertThatThrownBy(() -> window.received(1)).isInstanceOf(YamuxException.class);
    assertThat(window.available()).isZero();
  }

  @Test
  void creditFollowsWhatWasConsumedNotWhatArrived() {
    var window = window(INITIAL, 0);
    window.received(INITIAL);

    assertThat(window.isUpdateDue()).isFalse();
    window.consumed(INITIAL / 2 - 1);
    assertThat(window.isUpdateDue()).isFalse();
    window.consumed(1);

    assertThat(window.isUpdateDue()).isTrue();
    assertThat(window.update(1, 0)).isEqualTo(INITIAL / 2);
    assertThat(window.available()).isEqualTo(INITIAL / 2);
  }

  @Test
  void growsOnlyWhileUpdatesComeWithinFourRoundTrips() {
    var window = window(16 * INITIAL, 0);

    consumeHalf(window);
    assertThat(window.update(4 * RTT, RTT)).isEqualTo(INITIAL / 2);
    assertThat(window.size()).isEqualTo(INITIAL);
    consumeHalf(window);
    assertThat(window.update(8 * RTT - 1, RTT)).isEqualTo(INITIAL / 2 + INITIAL);
    assertThat(window.size()).isEqualTo(2 * INITIAL);
  }

  @Test
  void doesNotGrowWithoutARoundTripTime() {
    var window = window(16 * INITIAL, 0);

    consumeHalf(window);
    window.update(1, 0);

    assertThat(window.size()).isEqualTo(INITIAL);
  }

  @Test
  void growsUpToItsMaximumAndNotBeyond() {
    var window = window(3 * INITIAL, 0);

    for (int i = 1; i <= 5; i++) {
      consumeHalf(window);
      window.update(i, RTT);
    }

    assertThat(window.size()).isEqualTo(3 * INITIAL);
  }

  @Test
  void aLargeWindowIsCreditedSoonerAndGrowsByHalvesAllTheSame() {
    var window = window(16 * UPDATE, 0);
    growTo(8 * UPDATE, window);

    for (int i = 1; i <= 3; i++) {
      window.received(UPDATE);
      window.consumed(UPDATE - 1);
      assertThat(window.isUpdateDue()).isFalse();
      window.consumed(1);
      assertThat(window.isUpdateDue()).isTrue();
      assertThat(window.update(2, RTT)).isEqualTo(UPDATE);
    }
    window.received(UPDATE);
    window.consumed(UPDATE);

    assertThat(window.update(2, RTT)).isEqualTo(9 * UPDATE);
    assertThat(window.size()).isEqualTo(16 * UPDATE);
  }

  @Test
  void halfALargeWindowInFourRoundTripsIsNoReasonToGrow() {
    var window = window(16 * UPDATE, 0);
    growTo(4 * UPDATE, window);

    for (long now = 1 + 2 * RTT; now < 20 * RTT; now += 2 * RTT) {
      window.received(UPDATE);
      window.consumed(UPDATE);
      assertThat(window.update(now, RTT)).isEqualTo(UPDATE);
    }

    assertThat(window.size()).isEqualTo(4 * UPDATE);
  }

  @Test
  void growthOfAllStreamsStaysWithinTheConnectionsBudget() {
    var charge = charge();
    var budget = new WindowBudget(5 * INITIAL, charge);
    var first = new ReceiveWindow(budget, 16 * INITIAL, 0);
    var second = new ReceiveWindow(budget, 16 * INITIAL, 0);

    consumeHalf(first);
    first.update(1, RTT);
    consumeHalf(first);
    first.update(2, RTT);
    assertThat(first.size()).isEqualTo(4 * INITIAL);
    consumeHalf(second);
    second.update(1, RTT);
    assertThat(second.size()).isEqualTo(INITIAL);
    assertThat(budget.granted()).isEqualTo(5 * INITIAL);
    assertThat(charge.reserved()).isEqualTo(3 * INITIAL);

    first.close();
    consumeHalf(second);
    second.update(2, RTT);
    assertThat(second.size()).isEqualTo(2 * INITIAL);
    second.close();
    assertThat(budget.granted()).isZero();
  }

  @Test
  void neverLosesOrInventsCredit() {
    var random = new Random(7);
    for (int round = 0; round < 50; round++) {
      var sender = new SendWindow();
      var receiver = window(16L << 20, 0);
      long waiting = 0;
      long onTheWay = 0;
      long now = 0;
      for (int step = 0; step < 400; step++) {
        now += random.nextInt((int) RTT * 3);
        long sent = Math.min(sender.available(), random.nextInt(300_000));
        sender.sent(sent);
        receiver.received(sent);
        waiting += sent;
        long consumed = Math.min(waiting, random.nextInt(400_000));
        receiver.consumed(consumed);
        waiting -= consumed;
        if (receiver.isUpdateDue()) {
          onTheWay += receiver.update(now, RTT);
        }
        assertThat(sender.available() + onTheWay).isEqualTo(receiver.available());
        assertThat(waiting).isLessThanOrEqualTo(receiver.size() - receiver.available());
        if (random.nextBoolean()) {
          sender.grant(onTheWay);
          onTheWay = 0;
        }
      }
    }
  }

  private static ReceiveWindow window(long max, long now) {
    return new ReceiveWindow(new WindowBudget(1L << 30, charge()), max, now);
  }

  private static void growTo(long size, ReceiveWindow window) {
    while (window.size() < size) {
      consumeHalf(window);
      window.update(1, RTT);
    }
  }

  private static void consumeHalf(ReceiveWindow window) {
    window.received(window.size() / 2);
    window.consumed(window.size() / 2);
  }

  private static MemoryCharge charge() {
    return new MemoryCharge(MemoryBudget.of(1L << 40, "memory", new Refusals()));
  }
}
