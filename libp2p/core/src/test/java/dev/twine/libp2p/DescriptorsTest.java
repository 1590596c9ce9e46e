package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.DescriptorLimits;
import dev.twine.libp2p.core.Refusals;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
  private final DescriptorLimits limits = DescriptorLimits.defaults();
  private final Refusals refusals = new Refusals();
  private final AcceptPauses pauses = new AcceptPauses(limits, refusals);
  private final EmbeddedChannel listener = new EmbeddedChannel();

  DescriptorsTest() {
    listener.freezeTime();
  }

  @Test
  void someAreReservedButAtMostHalf() {
    assertThat(Descriptors.sockets(1024, limits)).isEqualTo(1024 - 256);
    assertThat(Descriptors.sockets(512, limits)).isEqualTo(256);
    assertThat(Descriptors.sockets(100, limits)).isEqualTo(50);
    assertThat(Descriptors.sockets(0, limits)).isOne();
    assertThat(Descriptors.sockets(1L << 40, limits)).isEqualTo(Integer.MAX_VALUE);
    assertThat(Descriptors.sockets(limits)).isPositive();
  }

  @Test
  void theLimitOfTheProcessIsTheFirstOfTwo() {
    List<String> text = List.of(
        "Limit                     Soft Limit           Hard Limit           Units     ",
        "Max open files            1024                 524288               files     ");
    assertThat(Descriptors.parse(text)).isEqualTo(1024);
    assertThat(Descriptors.parse(List.of("Max open files   unlimited  unlimited  files")))
        .isEqualTo(Integer.MAX_VALUE);
    assertThat(Descriptors.parse(List.of())).isEqualTo(Integer.MAX_VALUE);
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
    var quick = limits.withReserved(1).withPauses(Duration.ofMillis(1), Duration.ofMillis(2));
    assertThat(Descriptors.sockets(100, quick)).isEqualTo(99);
    assertThat(quick.longestPause()).isEqualTo(Duration.ofMillis(2));
  }

  private void pass(long millis) {
    listener.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    listener.runScheduledPendingTasks();
  }
}
