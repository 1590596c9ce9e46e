package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.libp2p.core.yamux.PingState.Action;
import org.junit.jupiter.api.Test;

class PingStateTest {
  private static final long INTERVAL = 20;
  private static final long DEAD_AFTER = 45;

  private final PingState pings = new PingState(INTERVAL, DEAD_AFTER, new RateBudget(2, 1, 0), 0);

  @Test
  void pingsAtOnceAndThenOnceAnInterval() {
    assertThat(pings.tick(0)).isEqualTo(Action.SEND_PING);
    pings.sent(0);
    assertThat(tickUntil(19)).isEqualTo(Action.NOTHING);
    assertThat(pings.tick(20)).isEqualTo(Action.SEND_PING);
  }

  @Test
  void measuresTheRoundTripOfItsOwnValueOnly() {
    long value = pings.sent(3);

    assertThat(pings.answered(value + 1, 5)).isFalse();
    assertThat(pings.rttNanos()).isZero();
    assertThat(pings.answered(value, 11)).isTrue();
    assertThat(pings.rttNanos()).isEqualTo(8);
    assertThat(pings.answered(value, 12)).isFalse();
    assertThat(pings.rttNanos()).isEqualTo(8);
  }

  @Test
  void anAnswerThatNobodyAskedForIsIgnored() {
    assertThat(pings.answered(0, 5)).isFalse();
    assertThat(pings.rttNanos()).isZero();
  }

  @Test
  void theRoundTripIsTheLeastOfTheLastThree() {
    answer(290);
    answer(8);
    answer(12);
    assertThat(pings.rttNanos()).isEqualTo(8);

    answer(30);
    answer(25);
    assertThat(pings.rttNanos()).isEqualTo(12);
    answer(40);
    assertThat(pings.rttNanos()).isEqualTo(25);
  }

  @Test
  void aShorterPathShowsAtOnce() {
    answer(30);
    answer(20);

    assertThat(pings.rttNanos()).isEqualTo(20);
  }

  @Test
  void theFirstPingsFollowWithoutTheirInterval() {
    assertThat(pings.wantsSample()).isFalse();
    for (int i = 1; i < PingState.SAMPLES; i++) {
      answer(1);
      assertThat(pings.wantsSample()).isTrue();
      assertThat(pings.tick(2)).isEqualTo(Action.SEND_PING);
    }
    answer(1);

    assertThat(pings.wantsSample()).isFalse();
    assertThat(pings.tick(2)).isEqualTo(Action.NOTHING);
  }

  @Test
  void thePreviousPingIsAnsweredBeforeTheNext() {
    answer(1);
    pings.sent(1);

    assertThat(pings.wantsSample()).isFalse();
    assertThat(pings.tick(5)).isEqualTo(Action.NOTHING);
    assertThat(pings.tick(21)).isEqualTo(Action.SEND_PING);
  }

  @Test
  void silenceUpToTheLimitIsForgivenAndThenIsNot() {
    pings.heard(10);

    assertThat(tickUntil(54)).isNotEqualTo(Action.GIVE_UP);
    assertThat(pings.tick(55)).isEqualTo(Action.GIVE_UP);
  }

  @Test
  void anyByteIsASignOfLife() {
    for (long now = 0; now < 1_000; now += 5) {
      pings.heard(now);
      assertThat(pings.tick(now)).isNotEqualTo(Action.GIVE_UP);
    }
  }

  @Test
  void timeAsleepIsNotSilence() {
    assertThat(pings.tick(0)).isEqualTo(Action.SEND_PING);
    pings.sent(0);

    assertThat(pings.tick(10_000)).isNotEqualTo(Action.GIVE_UP);
    assertThat(tickFrom(10_000, 10_044)).isNotEqualTo(Action.GIVE_UP);
    assertThat(pings.tick(10_045)).isEqualTo(Action.GIVE_UP);
  }

  @Test
  void thePeersPingsAreAnsweredUpToARate() {
    pings.asked(0);
    pings.asked(0);

    assertThatThrownBy(() -> pings.asked(0))
        .isInstanceOf(YamuxException.class)
        .satisfies(e -> assertThat(((YamuxException) e).offence()).isEqualTo(Offence.PING_FLOOD));
    pings.asked(1_000_000_000L);
  }

  /** A ping whose answer takes that long. */
  private void answer(long rtt) {
    assertThat(pings.answered(pings.sent(0), rtt)).isTrue();
  }

  private Action tickUntil(long last) {
    return tickFrom(0, last);
  }

  private Action tickFrom(long first, long last) {
    Action action = Action.NOTHING;
    for (long now = first; now <= last && action != Action.GIVE_UP; now++) {
      action = pings.tick(now);
      if (action == Action.SEND_PING) {
        pings.sent(now);
      }
    }
    return action;
  }
}
