package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.RateLimits;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.StreamLimits;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BudgetsTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aBurstPassesAndOneMoreDoesNot() {
    var budget = new RateBudget(5, 10, 0);

    for (int i = 0; i < 5; i++) {
      assertThat(budget.take(0)).isTrue();
    }

    assertThat(budget.take(0)).isFalse();
    assertThat(budget.take(SECOND / 10 - 1)).isFalse();
    assertThat(budget.take(SECOND / 10)).isTrue();
    assertThat(budget.take(SECOND / 10)).isFalse();
  }

  @Test
  void aPauseRefillsTheBurstAndNoMore() {
    var budget = new RateBudget(3, 1, 0);
    budget.take(0);

    long later = Long.MAX_VALUE / 2;
    for (int i = 0; i < 3; i++) {
      assertThat(budget.take(later)).isTrue();
    }
    assertThat(budget.take(later)).isFalse();
  }

  @Test
  void aClockThatGoesBackGivesNothing() {
    var budget = new RateBudget(1, 1, 100);

    assertThat(budget.take(100)).isTrue();
    assertThat(budget.take(-5 * SECOND)).isFalse();
  }

  @Test
  void inTheLongRunTheRateHolds() {
    var random = new Random(3);
    var budget = new RateBudget(20, 10, 0);
    long now = 0;
    int taken = 0;
    while (now < 100 * SECOND) {
      now += random.nextInt(50_000_000);
      taken += budget.take(now) ? 1 : 0;
    }
    assertThat(taken).isBetween(1_000, 1_020);
  }

  @Test
  void streamsUpToTheLimitAreAdmittedAndEachRefusalIsCounted() {
    var refusals = new Refusals();
    var limits = Limits.defaults()
        .with(StreamLimits.defaults().withStreams(2, 4))
        .with(RateLimits.defaults().withOpens(1, 3));
    var admission = new Admission(limits.connection(), refusals, 0);

    assertThat(admission.admits(1, 3, 0)).isTrue();
    assertThat(admission.admits(2, 3, 0)).isFalse();
    assertThat(admission.admits(1, 4, 0)).isFalse();
    assertThat(admission.admits(0, 0, 0)).isTrue();
    assertThat(admission.admits(0, 0, 0)).isTrue();
    assertThat(admission.admits(0, 0, 0)).isFalse();

    assertThat(refusals.of("streams.inbound")).isOne();
    assertThat(refusals.of("streams.total")).isOne();
    assertThat(refusals.of("streams.opens")).isOne();
  }

  @Test
  void resetsUpToTheLimitAreForgivenAndOneMoreIsNot() {
    var admission = new Admission(Limits.defaults().connection(), new Refusals(), 0);

    for (int i = 0; i < 200; i++) {
      admission.reset(0);
    }

    assertThatThrownBy(() -> admission.reset(0))
        .isInstanceOf(YamuxException.class)
        .satisfies(e -> assertThat(((YamuxException) e).offence()).isEqualTo(Offence.CHURN));
    admission.reset(SECOND);
  }

  @Test
  void whoNeverTakesNoForAnAnswerIsCut() {
    var admission = new Admission(Limits.defaults().connection(), new Refusals(), 0);

    for (int i = 0; i < 10_000; i++) {
      assertThat(admission.admits(256, 256, 0)).isFalse();
    }

    assertThatThrownBy(() -> admission.admits(256, 256, 0)).isInstanceOf(YamuxException.class);
  }

  @Test
  void whoStopsAtTheMarkNeverMeetsTheQueueLimit() {
    var budget = new QueueBudget(1_000, 2_000);
    var one = budget.share();

    assertThat(one.admit(0, 10_000_000, 100)).isTrue();
    assertThat(one.admit(10_000_000, 100, 100)).isTrue();
    assertThat(budget.excess()).isZero();
    one.settle(10_000_100, 100);
    assertThat(budget.excess()).isZero();
  }

  @Test
  void aStreamInExcessTakesNoMoreAtItsLimit() {
    var budget = new QueueBudget(1_000, 10_000);
    var one = budget.share();
    assertThat(one.admit(0, 50, 100)).isTrue();

    assertThat(one.admit(1_149, 50, 100)).isTrue();
    assertThat(one.admit(1_150, 50, 100)).isFalse();
    assertThat(budget.excess()).isEqualTo(1_000);
    one.settle(0, 100);
    assertThat(budget.excess()).isZero();
    assertThat(one.admit(0, 50, 100)).isTrue();
  }

  @Test
  void theConnectionsLimitHitsOnlyThoseInExcess() {
    var budget = new QueueBudget(1_000, 1_500);
    var one = budget.share();
    var two = budget.share();
    var three = budget.share();
    assertThat(one.admit(900, 1, 0)).isTrue();
    assertThat(two.admit(700, 1, 0)).isFalse();

    assertThat(three.admit(0, 50, 0)).isTrue();
    assertThat(budget.excess()).isEqualTo(1_600);
    two.settle(0, 0);
    assertThat(one.admit(900, 1, 0)).isTrue();
  }
}
