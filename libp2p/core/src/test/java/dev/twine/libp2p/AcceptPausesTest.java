package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.DescriptorLimits;
import dev.twine.libp2p.core.Refusals;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptPausesTest {
  private final DescriptorLimits limits = DescriptorLimits.defaults();
  private final Refusals refusals = new Refusals();
  private final AcceptPauses pauses = new AcceptPauses(limits, refusals);
  private final EmbeddedChannel listener = new EmbeddedChannel();

  AcceptPausesTest() {
    listener.freezeTime();
  }

  @Test
  void eachFailurePausesLongerUpToASecond() {
    long[] expected = {10, 20, 40, 80, 160, 320, 640, 1000, 1000};
    for (long millis : expected) {
      pauses.failed(listener);
      pass(millis - 1);
      assertThat(listener.config().isAutoRead()).isFalse();
      pass(1);
      assertThat(listener.config().isAutoRead()).isTrue();
    }
    assertThat(refusals.of(AcceptPauses.FAILED)).isEqualTo(expected.length);

    pauses.accepted(listener);
    pauses.failed(listener);
    pass(10);
    assertThat(listener.config().isAutoRead()).isTrue();
  }

  @Test
  void aConnectionThatClosesEndsThePause() {
    pauses.full(listener);
    assertThat(listener.config().isAutoRead()).isFalse();
    pauses.freed();
    assertThat(listener.config().isAutoRead()).isTrue();
    assertThat(refusals.of(AcceptPauses.FULL)).isOne();
    pass(2_000);
    assertThat(listener.config().isAutoRead()).isTrue();
  }

  @Test
  void aListenerThatClosedIsForgotten() {
    pauses.failed(listener);
    listener.close();
    listener.runPendingTasks();
    listener.config().setAutoRead(false);
    pauses.freed();
    assertThat(listener.config().isAutoRead()).isFalse();
  }

  @Test
  void pausesAreSettings() {
    var quick = limits.withPauses(Duration.ofMillis(1), Duration.ofMillis(2));
    var others = new AcceptPauses(quick, refusals);
    others.full(listener);
    pass(1);
    assertThat(listener.config().isAutoRead()).isFalse();
    pass(1);
    assertThat(listener.config().isAutoRead()).isTrue();
  }

  private void pass(long millis) {
    listener.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    listener.runScheduledPendingTasks();
  }
}
