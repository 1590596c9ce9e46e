package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final long SECOND = 1_000_000_000;

  private final WarmUp warmUp = new WarmUp(Duration.ofSeconds(1), WarmUp.Patience.USUAL);

  @Test
  void aSteadyRateIsWarmAfterFourMeasurements() {
    assertThat(measured(100)).isFalse();
    assertThat(measured(105)).isFalse();
    assertThat(measured(104)).isFalse();
    assertThat(measured(105)).isTrue();
  }

  @Test
  void aRisingRateGoesOnUpToTheBound() {
    double rate = 100;
    for (int i = 1; i < 40; i++) {
      assertThat(measured(rate)).as("measurement " + i).isFalse();
      rate *= 1.06;
    }
    assertThat(measured(rate)).isTrue();
  }

  @Test
  void oneSlowMeasurementDoesNotEndIt() {
    measured(100);
    measured(50);

    assertThat(measured(120)).isFalse();
    assertThat(measured(120)).isFalse();
    assertThat(measured(120)).isFalse();
    assertThat(measured(120)).isTrue();
  }

  @Test
  void aSteadyRateIsNotWarmWhileCompilersWork() {
    for (int i = 1; i < 10; i++) {
      assertThat(measured(100, SECOND, SECOND / 20 + 1)).as("measurement " + i).isFalse();
    }
    assertThat(measured(100, SECOND, SECOND / 20)).isFalse();
    assertThat(measured(100, SECOND, SECOND)).isFalse();
    assertThat(measured(100, SECOND, 0)).isFalse();
    assertThat(measured(100, SECOND, 0)).isFalse();
    assertThat(measured(100, SECOND, 0)).isTrue();
  }

  @Test
  void shortMeasurementsAddUpToTwoDurations() {
    for (int i = 1; i < 20; i++) {
      assertThat(measured(100, SECOND / 10, 0)).as("measurement " + i).isFalse();
    }
    assertThat(measured(100, SECOND / 10, 0)).isTrue();
  }

  @Test
  void handshakesRiseMoreSlowlyAndGetMoreTime() {
    var patient = new WarmUp(Duration.ofSeconds(1), WarmUp.Patience.LONG);
    double rate = 100;
    for (int i = 1; i < 40; i++) {
      patient.measured(rate, SECOND, 0);
      assertThat(patient.isOver()).as("measurement " + i).isFalse();
      rate *= 1.02;
    }
    patient.measured(rate, SECOND, 0);
    assertThat(patient.isOver()).isTrue();
  }

  private boolean measured(double rate) {
    return measured(rate, SECOND, 0);
  }

  private boolean measured(double rate, long nanos, long compilingNanos) {
    warmUp.measured(rate, nanos, compilingNanos);
    return warmUp.isOver();
  }
}
