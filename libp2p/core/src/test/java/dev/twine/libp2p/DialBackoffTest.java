package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.DialLimits;
import dev.twine.libp2p.core.Multiaddr;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DialBackoffTest {
  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/1");

  private final DialBackoff backoff =
      new DialBackoff(new DialLimits.Backoff(FIRST, Duration.ofSeconds(15)));

  @Test
  void theTimeDoublesWithEachFailureUpToTheLongest() {
    long[] pauses = {5, 10, 15, 15};
    long now = Long.MAX_VALUE - Duration.ofSeconds(7).toNanos();
    for (long seconds : pauses) {
      backoff.failed(ADDRESS, now);
      long end = now + Duration.ofSeconds(seconds).toNanos();
      assertThat(backoff.blocked(ADDRESS, end - 1)).isTrue();
      assertThat(backoff.blocked(ADDRESS, end)).isFalse();
      now = end;
    }
  }

  @Test
  void aSuccessForgetsTheFailures() {
    backoff.failed(ADDRESS, 0);
    backoff.succeeded(ADDRESS);
    assertThat(backoff.blocked(ADDRESS, 1)).isFalse();
    backoff.failed(ADDRESS, 0);
    assertThat(backoff.blocked(ADDRESS, FIRST.toNanos())).isFalse();
  }

  @Test
  void theOldestFailureMakesRoomWhenThereAreTooMany() {
    backoff.failed(ADDRESS, 0);
    for (int i = 0; i < DialBackoff.MAX_ADDRESSES; i++) {
      backoff.failed(Multiaddr.parse("/ip4/10.1." + i / 256 + "." + i % 256 + "/tcp/1"), 0);
    }
    assertThat(backoff.size()).isEqualTo(DialBackoff.MAX_ADDRESSES);
    assertThat(backoff.blocked(ADDRESS, 1)).isFalse();
  }
}
