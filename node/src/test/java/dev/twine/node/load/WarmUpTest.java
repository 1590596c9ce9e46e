package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final long SECOND = 1_000_000_000;

  private final WarmUp warmUp = new WarmUp(Duration.ofSeconds(1), WarmUp.Patience.USUAL);

  @Test
  void aSteadyRateIsWarmAfterThreeMeasurements() {
    assertThat(measured(100, SECOND)).isFalse();
    assertThat(measured(105, SECOND)).isFalse();
    assertThat(measured(104, SECOND)).isTrue();
  }

  @Test
  void aRisingRateGoesOnUpToTheBound() {
    double rate = 100;
    for (int i = 1; i < 10; i++) {
      assertThat(measured(rate, SECOND)).as("measurement " + i).isFalse();
      rate *= 1.06;
    }
    assertThat(measured(rate, SECOND)).isTrue();
  }

  @Test
  void oneSlowMeasurementDoesNotEndIt() {
    measured(100, SECOND);
    measured(50, SECOND);

    assertThat(measured(120, SECOND)).isFalse();
    assertThat(measured(120, SECOND)).isFalse();
    assertThat(measured(120, SECOND)).isTrue();
  }

  @Test
  void shortMeasurementsAddUpToTwoDurations() {
    for (int i = 1; i < 20; i++) {
      assertThat(measured(100, SECOND / 10)).as("measurement " + i).isFalse();
    }
    assertThat(measured(100, SECOND / 10)).isTrue();
  }

  @Test
  void handshakesRiseMoreSlowlyAndGetMoreTime() {
    var patient = new WarmUp(Duration.ofSeconds(1), WarmUp.Patience.LONG);
    double rate = 100;
    for (int i = 1; i < 40; i++) {
      patient.measured(rate, SECOND);
      assertThat(patient.isOver()).as("measurement " + i).isFalse();
      rate *= 1.02;
    }
    patient.measured(rate, SECOND);
    assertThat(patient.isOver()).isTrue();
  }

  private boolean measured(double rate, long nanos) {
    warmUp.measured(rate, nanos);
    return warmUp.isOver();
  }
}
