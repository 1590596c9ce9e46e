package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ByteAllowanceTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long START = Long.MAX_VALUE - 3 * SECOND;

  private final ByteAllowance allowance = new ByteAllowance(1_000, 2_000, 10, 20, START);

  @Test
  void takesTheBurstAtOnceAndAsksToWaitForTheByteAfterIt() {
    assertThat(allowance.bytes(2_000, START)).isZero();
    assertThat(allowance.bytes(1, START)).isEqualTo(SECOND / 1_000);
  }

  @Test
  void takesTheBurstOfMessagesAtOnceAndAsksToWaitForTheOneAfterIt() {
    for (int i = 0; i < 20; i++) {
      assertThat(allowance.message(1, START)).as("message %d", i).isZero();
    }
    assertThat(allowance.message(1, START)).isEqualTo(SECOND / 10);
  }

  @Test
  void paysForAMessageLargerThanTheBurstByWaiting() {
    long wait = allowance.message(7_000, START);
    assertThat(wait).isEqualTo(5 * SECOND);
    assertThat(allowance.bytes(0, START + wait - SECOND)).isEqualTo(SECOND);
    assertThat(allowance.bytes(0, START + wait)).isZero();
  }

  @Test
  void neverSavesMoreThanTheBurst() {
    assertThat(allowance.bytes(2_000, START + 3_600 * SECOND)).isZero();
    assertThat(allowance.bytes(1, START + 3_600 * SECOND)).isPositive();
  }

  @Test
  void aClockThatStandsOrStepsBackGivesNothing() {
    assertThat(allowance.bytes(2_000, START + SECOND)).isZero();
    assertThat(allowance.bytes(0, START)).isZero();
    assertThat(allowance.bytes(1_000, START + SECOND)).isEqualTo(SECOND);
  }

  @Test
  void aPeerThatWaitsAsToldGetsItsRateAndNoMore() {
    var random = new Random(8);
    long now = START;
    long sent = 0;
    while (now - START < 100 * SECOND) {
      int bytes = 1 + random.nextInt(400);
      sent += bytes;
      now += allowance.bytes(bytes, now);
    }
    assertThat(sent).isBetween(100_000L, 102_500L);
  }

  @Test
  void refusesARateOrBurstOfNothing() {
    assertThatThrownBy(() -> new ByteAllowance(0, 1, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ByteAllowance(1, 1, 1, Double.NaN, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
