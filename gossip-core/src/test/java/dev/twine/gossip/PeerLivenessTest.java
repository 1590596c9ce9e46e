package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.PeerLiveness.State;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerLivenessTest {
  private static final long START = Long.MAX_VALUE - 5;

  private final PeerLiveness liveness = new PeerLiveness(
      Duration.ofSeconds(15), Duration.ofSeconds(20), Duration.ofSeconds(45), START);

  @ParameterizedTest
  @CsvSource({
    "0,      ALIVE,    15000",
    "14999,  ALIVE,        1",
    "15000,  IDLE,      5000",
    "19999,  IDLE,         1",
    "20000,  DEGRADED, 25000",
    "44999,  DEGRADED,     1",
  })
  void changesWithTheSilence(long millis, State state, long nextMillis) {
    assertThat(liveness.state(at(millis))).isEqualTo(state);
    assertThat(liveness.nextChange(at(millis)))
        .isEqualTo(TimeUnit.MILLISECONDS.toNanos(nextMillis));
  }

  @Test
  void isDeadFromTheLimitOn() {
    assertThat(liveness.state(at(45_000))).isEqualTo(State.DEAD);
    assertThat(liveness.nextChange(at(45_000))).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void isAliveAgainWhenSomethingIsHeard() {
    liveness.heard(at(44_000));
    assertThat(liveness.state(at(58_000))).isEqualTo(State.ALIVE);
    assertThat(liveness.state(at(59_000))).isEqualTo(State.IDLE);
  }

  @Test
  void ourOwnPauseIsNotThePeersSilence() {
    liveness.pause(at(10_000));
    liveness.pause(at(20_000));
    assertThat(liveness.state(at(1_000_000))).isEqualTo(State.ALIVE);
    assertThat(liveness.nextChange(at(1_000_000))).isEqualTo(Long.MAX_VALUE);

    liveness.resume(at(1_000_000));
    liveness.resume(at(1_000_001));
    assertThat(liveness.state(at(1_004_999))).isEqualTo(State.ALIVE);
    assertThat(liveness.state(at(1_005_000))).isEqualTo(State.IDLE);
    assertThat(liveness.state(at(1_035_000))).isEqualTo(State.DEAD);
  }

  @Test
  void whatIsHeardInAPauseEndsTheSilenceBeforeIt() {
    liveness.pause(at(14_000));
    liveness.heard(at(15_000));
    liveness.resume(at(100_000));
    assertThat(liveness.state(at(114_999))).isEqualTo(State.ALIVE);
  }

  @Test
  void pingsGoOnThroughAPauseSoThatThePeerHearsFromUs() {
    liveness.pause(at(10_000));
    assertThat(liveness.pingDue(at(24_999))).isFalse();
    assertThat(liveness.pingDue(at(25_000))).isTrue();
    assertThat(liveness.pingDue(at(39_999))).isFalse();
    assertThat(liveness.pingDue(at(40_000))).isTrue();
  }

  @Test
  void asksForOnePingPerSilence() {
    assertThat(liveness.pingDue(at(14_999))).isFalse();
    assertThat(liveness.pingDue(at(15_000))).isTrue();
    assertThat(liveness.pingDue(at(16_000))).isFalse();
    liveness.heard(at(17_000));
    assertThat(liveness.pingDue(at(32_000))).isTrue();
  }

  @Test
  void refusesLimitsThatDoNotGrow() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new PeerLiveness(second, Duration.ZERO, second, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static long at(long millis) {
    return START + TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
