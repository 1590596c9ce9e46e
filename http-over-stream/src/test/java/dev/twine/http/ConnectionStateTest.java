package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.http.ConnectionState.Phase;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionStateTest {
  private static final long START = 1_000;

  private final ServiceLimits limits = ServiceLimits.defaults();
  private final ConnectionState state = new ConnectionState(limits, START);

  @Test
  void eachPhaseHasItsOwnTimeFromWhenItBegan() {
    assertOverdueAfter(START, limits.connection().keepAlive());
    state.enter(Phase.DRAINING, 2_000);
    assertOverdueAfter(2_000, limits.body().silence());
    state.enter(Phase.CLOSING, 3_000);
    assertOverdueAfter(3_000, limits.connection().writeStall());
    state.enter(Phase.LINGERING, 4_000);
    assertThat(state.isOverdue(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void drainsUpToTheLimitAndNotAByteMore() {
    assertThat(state.drain((int) ConnectionState.MAX_DRAIN)).isTrue();
    assertThat(state.drain(1)).isFalse();
    state.enter(Phase.DRAINING, START);
    assertThat(state.drain(1)).as("each request anew").isTrue();
  }

  @Test
  void holdsUpToTheLimitAndNothingBehindTheLastRequest() {
    for (int i = 0; i < ConnectionState.MAX_AHEAD; i++) {
      assertThat(state.hold(LastHttpContent.EMPTY_LAST_CONTENT)).isTrue();
    }
    assertThat(state.hold(LastHttpContent.EMPTY_LAST_CONTENT)).isFalse();
    assertThat(state.next()).isNotNull();
    state.markLast();
    assertThat(state.hold(LastHttpContent.EMPTY_LAST_CONTENT)).isFalse();
    state.dropHeld();
    assertThat(state.holdsNothing()).isTrue();
  }

  private void assertOverdueAfter(long since, Duration limit) {
    assertThat(state.isOverdue(since + limit.toNanos() - 1)).isFalse();
    assertThat(state.isOverdue(since + limit.toNanos())).isTrue();
  }
}
