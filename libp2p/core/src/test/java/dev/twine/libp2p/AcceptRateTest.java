package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcceptRateTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aBurstIsAllowedAndThenOneAtATime() {
    AcceptRate rate = new AcceptRate(2, 4);
    for (int i = 0; i < 4; i++) {
      assertThat(rate.allow(group(1), 0)).isTrue();
    }
    assertThat(rate.allow(group(1), 0)).isFalse();
    assertThat(rate.allow(group(1), SECOND / 2 - 1)).isFalse();
    assertThat(rate.allow(group(1), SECOND / 2)).isTrue();
    assertThat(rate.allow(group(1), SECOND / 2)).isFalse();
  }

  @Test
  void aClockThatPassesItsLargestValueChangesNothing() {
    AcceptRate rate = new AcceptRate(1, 1);
    long late = Long.MAX_VALUE - 5;
    assertThat(rate.allow(group(1), late)).isTrue();
    assertThat(rate.allow(group(1), late + 10)).isFalse();
    assertThat(rate.allow(group(1), late + SECOND)).isTrue();
  }

  @Test
  void theTableOfAddressesIsBoundedAndForgetsTheIdle() {
    AcceptRate rate = new AcceptRate(1, 1);
    for (int i = 0; i < AcceptRate.MAX_ADDRESSES; i++) {
      assertThat(rate.allow(group(i), 0)).isTrue();
    }
    assertThat(rate.allow(group(0), 0)).isFalse();
    assertThat(rate.allow(group(-1), SECOND)).isTrue();
    assertThat(rate.addresses()).isEqualTo(1);
  }

  @Test
  void aNewcomerIsLetInWhoeverHasFilledTheTable() {
    AcceptRate rate = new AcceptRate(1, 2);
    for (int i = 0; i < AcceptRate.MAX_ADDRESSES; i++) {
      assertThat(rate.allow(group(i), 0)).isTrue();
    }
    assertThat(rate.allow(group(0), 0)).isTrue();
    assertThat(rate.allow(group(-1), 0)).isTrue();

    assertThat(rate.addresses()).isEqualTo(AcceptRate.MAX_ADDRESSES);
    assertThat(rate.allow(group(0), 0)).isFalse();
  }

  private static IpGroup group(int number) {
    return new IpGroup(number, 32);
  }
}
