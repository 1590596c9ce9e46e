package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.DescriptorLimits;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
  private final DescriptorLimits limits = DescriptorLimits.defaults();
  private final long holds = 2 * limits.longestPause().toNanos();
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final AtomicLong open = new AtomicLong();
  private final AtomicInteger looks = new AtomicInteger();
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  @Test
  void aHostLeavesTheReservedOnesAloneWhateverTheSystemTells() {
    assertThat(most(1024)).isEqualTo(1024 - 256);
    assertThat(most(512)).isEqualTo(256);
    assertThat(most(100)).isEqualTo(50);
    assertThat(most(0)).isOne();
    assertThat(descriptors(1L << 40).isFull(Integer.MAX_VALUE)).isFalse();
  }

  @Test
  void whatOthersTookCountsFromTheNextLookOn() {
    Descriptors descriptors = descriptors(1024);
    open.set(1024 - 256 - 1);
    assertThat(descriptors.isFull(10)).isFalse();
    runTasks();
    assertThat(descriptors.isFull(10)).isFalse();
    assertThat(descriptors.isFull(11)).isTrue();

    open.incrementAndGet();
    assertThat(descriptors.isFull(10)).isFalse();
    now.addAndGet(Descriptors.EVERY_NANOS);
    assertThat(descriptors.isFull(10)).isFalse();
    runTasks();
    assertThat(descriptors.isFull(10)).isTrue();
    assertThat(descriptors.isFull(9)).isFalse();
  }

  @Test
  void whoAsksAgainAfterAPauseIsToldByTheLookBeforeIt() {
    Descriptors descriptors = descriptors(1024);
    open.set(1024);
    descriptors.isFull(0);
    runTasks();
    now.addAndGet(holds - 1);
    assertThat(descriptors.isFull(0)).isTrue();
    now.addAndGet(1);
    assertThat(descriptors.isFull(0)).isFalse();
  }

  @Test
  void looksAreTakenOneAtATimeAndNotTooOften() {
    Descriptors descriptors = descriptors(1024);
    for (int i = 0; i < 10; i++) {
      descriptors.isFull(0);
    }
    assertThat(tasks).hasSize(1);
    runTasks();
    now.addAndGet(Descriptors.EVERY_NANOS - 1);
    descriptors.isFull(0);
    assertThat(tasks).isEmpty();
    now.addAndGet(1);
    descriptors.isFull(0);
    runTasks();
    assertThat(looks).hasValue(2);
  }

  @Test
  void aSlowSystemIsAskedLessOften() {
    long slow = Descriptors.EVERY_NANOS;
    var descriptors = new Descriptors(
        limits, new Descriptors.Kernel(1024, () -> now.addAndGet(slow), tasks::add, now::get));
    descriptors.isFull(0);
    runTasks();
    now.addAndGet(20 * slow - 1);
    descriptors.isFull(0);
    assertThat(tasks).isEmpty();
    now.addAndGet(1);
    descriptors.isFull(0);
    assertThat(tasks).hasSize(1);
  }

  @Test
  void anExecutorThatTakesNothingIsAskedAgain() {
    var descriptors = new Descriptors(
        limits,
        new Descriptors.Kernel(
            1024,
            open::get,
            task -> {
              looks.incrementAndGet();
              throw new RejectedExecutionException();
            },
            now::get));
    assertThat(descriptors.isFull(0)).isFalse();
    assertThat(descriptors.isFull(0)).isFalse();
    assertThat(looks).hasValue(2);
  }

  @Test
  void theLimitOfTheProcessIsTheFirstOfTwo() {
    List<String> text = List.of(
        "Limit                     Soft Limit           Hard Limit           Units     ",
        "Max open files            1024                 524288               files     ");
    assertThat(ProcessFiles.parse(text)).isEqualTo(1024);
    assertThat(ProcessFiles.parse(List.of("Max open files   unlimited  unlimited  files")))
        .isEqualTo(Integer.MAX_VALUE);
    assertThat(ProcessFiles.parse(List.of())).isEqualTo(Integer.MAX_VALUE);
  }

  private Descriptors descriptors(long limit) {
    return new Descriptors(
        limits,
        new Descriptors.Kernel(
            limit,
            () -> {
              looks.incrementAndGet();
              return open.get();
            },
            tasks::add,
            now::get));
  }

  /** The first number of own connections that is too large. */
  private int most(long limit) {
    Descriptors descriptors = descriptors(limit);
    int own = 0;
    while (!descriptors.isFull(own)) {
      own++;
    }
    return own;
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }
}
