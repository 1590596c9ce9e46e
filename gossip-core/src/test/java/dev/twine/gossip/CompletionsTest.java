package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompletionsTest {
  private static final Duration NOW = Duration.ZERO;

  private final NodeExecutors executors = new NodeExecutors(oneThreadAndOneWaiting());
  private final Timers timers = new Timers();
  private final Counters counters = new Counters();
  private final Completions completions = new Completions(executors, timers, counters);
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch waited = new CountDownLatch(1);
  private final CountDownLatch refused = new CountDownLatch(1);

  @BeforeEach
  void fill() throws Exception {
    var started = new CountDownLatch(1);
    completions.run(() -> {
      started.countDown();
      awaitRelease();
    });
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    completions.run(waited::countDown);
    completions.run(refused::countDown);
  }

  @AfterEach
  void end() {
    release.countDown();
    executors.close(Duration.ofSeconds(10));
  }

  @Test
  void withoutRoomItIsCountedAndTriedAgainUntilThereIsRoom() throws Exception {
    assertThat(counted()).isEqualTo(1);
    timers.runAll();
    assertThat(counted()).isEqualTo(2);
    assertThat(refused.getCount()).isEqualTo(1);

    release.countDown();
    assertThat(waited.await(10, TimeUnit.SECONDS)).isTrue();
    timers.runAll();

    assertThat(refused.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(timers.tasks).isEmpty();
  }

  @Test
  void aNodeThatEndsCompletesWhatWaitsAndWhatIsLateAndWhatComesAfter() {
    executors.close(NOW);
    assertThat(waited.getCount()).isZero();

    completions.close();
    assertThat(refused.getCount()).isZero();

    var after = new CountDownLatch(1);
    completions.run(after::countDown);
    assertThat(after.getCount()).isZero();
  }

  private void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long counted() {
    return counters.of(Counters.REFUSED, "reason", NodeExecutors.ANSWERS).sum();
  }

  private static Limits.Inbound oneThreadAndOneWaiting() {
    Limits.Inbound usual = Limits.defaults().inbound();
    return new Limits.Inbound(
        usual.messagesPerPeer(),
        usual.bytesPerPeer(),
        usual.bytesPerSecond(),
        usual.burstBytes(),
        usual.messagesPerSecond(),
        usual.burstMessages(),
        1,
        usual.bytes(),
        usual.validation(),
        1,
        usual.duplicateIds(),
        usual.duplicateTtl());
  }

  /** Runs nothing until it is told to. */
  private static final class Timers implements NodeClock {
    final Queue<Runnable> tasks = new ArrayDeque<>();

    void runAll() {
      for (int i = tasks.size(); i > 0; i--) {
        tasks.remove().run();
      }
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
      tasks.add(task);
      return () -> tasks.remove(task);
    }
  }
}
