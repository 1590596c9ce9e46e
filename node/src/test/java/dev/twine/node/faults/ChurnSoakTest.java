package dev.twine.node.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.TransportKind;
import dev.twine.node.child.Footprint;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Nodes of three kinds come and go beside three that stay, with messages and HTTP requests over both
 * transports; what the process holds stays flat. {@code twine.soak.seconds} is how long, and {@code
 * twine.soak.pause} how many milliseconds pass from the beginning of one round to that of the next.
 */
@Tag("soak")
class ChurnSoakTest {
  private static final Duration LASTS =
      Duration.ofSeconds(Integer.getInteger("twine.soak.seconds", 12));
  private static final Duration PAUSE =
      Duration.ofMillis(Integer.getInteger("twine.soak.pause", 0));
  private static final int SAMPLES = 30;

  /** Caches, pools and learned addresses fill up first, and some of a node lives seconds longer. */
  private static final double WARM_UP = 0.5;

  private static final long MIB = 1 << 20;

  private final List<Footprint> samples = new ArrayList<>();
  private int rounds;

  @Test
  void whatTheProcessHoldsStaysFlatWhileNodesComeAndGo() throws Exception {
    try (var churn = new Churn(Long.getLong("twine.soak.seed", 1))) {
      run(churn);
      assertThat(churn.repeated()).as("messages handled twice").isZero();
      assertThat(churn.calls()).containsOnlyKeys(TransportKind.WS, TransportKind.P2P);
      System.out.println("soak: HTTP requests " + churn.calls());
    }
    int half = samples.size() / 2;
    Footprint before = median(samples.subList(0, half));
    Footprint after = median(samples.subList(half, samples.size()));
    System.out.println("soak: " + rounds + " rounds in " + LASTS.toSeconds() + " s; first half "
        + before.json() + ", second half " + after.json());
    assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 4);
    assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 4);
    assertThat(after.heap()).isLessThanOrEqualTo(before.heap() + before.heap() / 20 + MIB);
    // Pools take memory by chunks of up to 4 MiB.
    assertThat(after.direct()).isLessThanOrEqualTo(before.direct() + 8 * MIB);
  }

  private void run(Churn churn) throws Exception {
    long start = System.nanoTime();
    long next = start;
    while (System.nanoTime() - start < LASTS.toNanos()) {
      churn.round();
      rounds++;
      double passed = (double) (System.nanoTime() - start) / LASTS.toNanos();
      if (passed > WARM_UP + samples.size() * (1 - WARM_UP) / SAMPLES) {
        sample(passed);
      }
      next = Math.max(next + PAUSE.toNanos(), System.nanoTime());
      pauseUntil(next);
    }
  }

  private void sample(double passed) {
    var now = Footprint.collected();
    samples.add(now);
    var cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    long uptime = ManagementFactory.getRuntimeMXBean().getUptime();
    System.out.printf(
        "soak: %.0f %%, %d rounds, %.0f %% of a core, %s%n",
        100 * passed, rounds, 100.0 * cpu.toMillis() / uptime, now.json());
  }

  private static void pauseUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static Footprint median(List<Footprint> samples) {
    assertThat(samples).as("samples: raise twine.soak.seconds").isNotEmpty();
    return new Footprint(
        middle(samples.stream().mapToLong(Footprint::heap).sorted().toArray()),
        middle(samples.stream().mapToLong(Footprint::direct).sorted().toArray()),
        middle(samples.stream().mapToLong(Footprint::resident).sorted().toArray()),
        middle(samples.stream().mapToLong(Footprint::threads).sorted().toArray()),
        middle(samples.stream().mapToLong(Footprint::descriptors).sorted().toArray()));
  }

  private static long middle(long[] sorted) {
    return sorted[sorted.length / 2];
  }
}
