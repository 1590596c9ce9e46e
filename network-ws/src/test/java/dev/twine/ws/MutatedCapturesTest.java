package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What almost follows the protocol costs the node nothing but its refusal. */
@Tag("hostile")
class MutatedCapturesTest {
  private static final long SEED = 20_260_801;
  private static final int CASES = 10_000;
  /** As many as it takes until the pools of buffers have grown to what they need. */
  private static final int WARM_UP = 2_000;

  private static final int CLIENTS = 4;
  private static final int SLOWEST_MILLIS = 1_000;

  @Test
  void tenThousandMutationsAreRefusedOneByOneAndHarmNobody() throws Exception {
    try (var complaints = new NettyComplaints();
        var network = new HostileNetwork(config -> config)) {
      var mutator = new Mutator(captures(network), SEED);
      try (var traffic = new HonestTraffic(network)) {
        attack(network, mutator, CASES, WARM_UP);
        network.awaitNothingLeftOver();
        UsedMemory base = UsedMemory.now();
        traffic.begin();

        Tally tally = attack(network, mutator, 0, CASES);

        network.awaitNothingLeftOver();
        long slowest = traffic.slowestMillis();
        UsedMemory after = UsedMemory.awaitWithin(0.1, base, Duration.ofSeconds(30));
        traffic.assertAllArrived();
        print(network, tally, slowest, base, after);
        assertThat(tally.beyond.get()).isGreaterThanOrEqualTo(CASES * 3 / 10);
        assertThat(slowest).isLessThan(SLOWEST_MILLIS);
        assertThat(complaints.all()).isEmpty();
      }
      network.assertThatANewPeerIsWelcome();
    }
  }

  private static List<Capture> captures(HostileNetwork network) throws Exception {
    var captures = new ArrayList<Capture>();
    for (boolean challenges : new boolean[] {true, false}) {
      captures.add(Capture.of(network, challenges));
      HostileNetwork.await(
          Duration.ofSeconds(10), "the client is gone", () -> network.identified() == 2);
    }
    return captures;
  }

  private static void print(
      HostileNetwork network, Tally tally, long slowest, UsedMemory base, UsedMemory after) {
    System.out.printf(
        "mutations: %,d in %.1f s, %d %% beyond the first check; honest peers waited at most %d ms;"
            + " %s before, %s after%n",
        CASES, tally.nanos / 1e9, tally.beyond.get() * 100 / CASES, slowest, base, after);
    System.out.println("  outcomes: " + tally.outcomes);
    System.out.println("  refused: " + network.counts("twine_refused_total", "reason"));
    System.out.println(
        "  disconnected: " + network.counts("twine_peers_disconnected_total", "reason"));
    System.out.println("  received: " + network.counts("twine_messages_received_total", "tag"));
  }

  private static final class Tally {
    private final AtomicInteger beyond = new AtomicInteger();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private long nanos;

    void count(Mutator.Layer layer, HostileClient.Outcome outcome) {
      if (outcome.beyondTheFirstCheck()) {
        beyond.incrementAndGet();
      }
      synchronized (outcomes) {
        outcomes.merge(layer + " " + outcome.text(), 1, Integer::sum);
      }
    }
  }

  private static Tally attack(HostileNetwork network, Mutator mutator, int from, int count)
      throws Exception {
    var client = new HostileClient(network.port());
    var tally = new Tally();
    var next = new AtomicInteger(from);
    long start = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      var workers = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < CLIENTS; i++) {
        workers.add(() -> work(client, mutator, tally, next, from + count));
      }
      List<Future<Boolean>> done = threads.invokeAll(workers);
      for (Future<Boolean> worker : done) {
        assertThat(worker.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    tally.nanos = System.nanoTime() - start;
    return tally;
  }

  private static boolean work(
      HostileClient client, Mutator mutator, Tally tally, AtomicInteger next, int end) {
    for (int number = next.getAndIncrement(); number < end; number = next.getAndIncrement()) {
      Mutator.Case broken = mutator.mutate(number);
      try {
        tally.count(broken.layer(), client.play(broken));
      } catch (IOException | AssertionError e) {
        throw new AssertionError("case " + number + " of seed " + SEED, e);
      }
    }
    return true;
  }
}
