package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DialPaceTest {
  private static final String HOST = "192.0.2.1";

  private final DialPace pace = new DialPace(2);
  private long now = Long.MAX_VALUE - DialPace.STEP_NANOS;

  @Test
  void aHostIsDialledEightTimesAtOnceAndThenEightTimesAMinute() {
    for (int i = 0; i < DialPace.BURST; i++) {
      assertThat(pace.waitNanos(HOST, now)).isNotPositive();
      pace.dialled(HOST, now);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(pace.waitNanos(HOST, now)).isEqualTo(DialPace.STEP_NANOS);
      now += DialPace.STEP_NANOS;
      assertThat(pace.waitNanos(HOST, now)).isZero();
      pace.dialled(HOST, now);
    }
    assertThat(pace.waitNanos("192.0.2.2", now)).isZero();
    now += 60 * DialPace.STEP_NANOS;
    for (int i = 0; i < DialPace.BURST; i++) {
      assertThat(pace.waitNanos(HOST, now)).isNotPositive();
      pace.dialled(HOST, now);
    }
    assertThat(pace.waitNanos(HOST, now)).isPositive();
  }

  @Test
  void remembersNoMoreHostsThanItMay() {
    for (int i = 0; i < DialPace.BURST; i++) {
      pace.dialled(HOST, now);
    }
    pace.dialled("192.0.2.2", now);
    assertThat(pace.waitNanos(HOST, now)).isPositive();
    pace.dialled("192.0.2.3", now);
    pace.dialled("192.0.2.4", now);
    assertThat(pace.waitNanos(HOST, now)).isZero();
  }
}
