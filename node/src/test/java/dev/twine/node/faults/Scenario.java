package dev.twine.node.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.faults.Disturbance.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Strikes a fleet that sends all the time, and waits after each blow until the nodes hear each other
 * again. Times are milliseconds since 1970, the one clock that all processes have.
 */
final class Scenario {
  /** A new process starts in seconds, in more of them where others need the processor. */
  static final Duration RESTART = Duration.ofSeconds(30);

  /** A silent session is given up after 45 s at the latest, a stalled one after 30 s. */
  static final Duration SIDES = Duration.ofSeconds(60);

  static final Duration HEAL = Duration.ofSeconds(20);

  /** A silent session is given up after 45 s, wherever in them the nodes heard each other again. */
  private static final Duration STUCK = Duration.ofSeconds(45);

  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Set<String> OVERFLOWS = Set.of("queue-full", "too-old");

  private final Fleet fleet;
  private final Random random;
  private final double rate;
  private final Set<Integer> up = new TreeSet<>();
  private final List<Disturbance> disturbances = new ArrayList<>();
  private final List<Overflow> overflows = new ArrayList<>();

  Scenario(Fleet fleet, long seed, double rate) {
    this.fleet = fleet;
    this.random = new Random(seed);
    this.rate = rate;
  }

  List<Disturbance> disturbances() {
    return disturbances;
  }

  /** Times after a recovery in which queues still overflowed. */
  List<Overflow> overflows() {
    return overflows;
  }

  /** All nodes have met and send. */
  void begin() throws InterruptedException {
    long from = now();
    fleet.start();
    for (int host = 0; host < Fleet.HOSTS.size(); host++) {
      up.add(host);
      fleet.send(host, perNode());
    }
    Set<Integer> all = Fleet.nodesOf(up);
    recovered("start", Kind.TOUCHING, all, from, now(), RESTART);
  }

  /** A process with one node is killed, and starts again after a while. */
  void kill(int host, Duration down) throws InterruptedException {
    long from = now();
    long over = killAndRestart(host, down);
    recovered("kill -9 " + host, Kind.TOUCHING, Fleet.nodesOf(Set.of(host)), from, over, RESTART);
  }

  private long killAndRestart(int host, Duration down) throws InterruptedException {
    fleet.kill(host);
    up.remove(host);
    pass(down);
    long over = now();
    fleet.restart(host);
    up.add(host);
    fleet.send(host, perNode());
    return over;
  }

  /** A process is stopped, and goes on after a while as if nothing had been. */
  void freeze(int host, Duration time) throws InterruptedException {
    long from = now();
    fleet.freeze(host, true);
    up.remove(host);
    pass(time);
    fleet.freeze(host, false);
    up.add(host);
    Set<Integer> nodes = Fleet.nodesOf(Set.of(host));
    recovered("stop " + host, Kind.TOUCHING, nodes, from, now(), HEAL);
  }

  /** The network falls into two parts; in one of them a process may be killed meanwhile. */
  void cut(Namespaces network, Duration time, int killed) throws InterruptedException {
    Set<Integer> side = side();
    Set<Integer> nodes = Fleet.nodesOf(side);
    String what = "partition " + side;
    long from = now();
    network.cut(side);
    if (killed >= 0) {
      long over = killAndRestart(killed, Duration.ofSeconds(1));
      Set<Integer> its = Fleet.nodesOf(Set.of(killed));
      var touching = new Disturbance("", Kind.TOUCHING, its, from, over, over);
      var across = new Disturbance("", Kind.ACROSS, nodes, from, from, from);
      long back = heard(
          over,
          RESTART,
          (one, other) -> touching.concerns(one, other) && !across.concerns(one, other));
      check(back >= 0, "node of a killed process is back in its part after " + RESTART);
      // Nobody else counts on it before the parts have joined.
      disturbances.add(new Disturbance("kill -9 " + killed, Kind.TOUCHING, its, from, over, back));
    }
    long end = TimeUnit.MILLISECONDS.toNanos(from + time.toMillis() - now());
    var within = new Disturbance("", Kind.ON_EACH_SIDE, nodes, from, from, from);
    long whole = heard(from, Duration.ofNanos(Math.max(0, end)), within::concerns);
    check(whole >= 0 || time.compareTo(SIDES) < 0, "each part is whole after " + SIDES);
    pass(Duration.ofMillis(Math.max(0, from + time.toMillis() - now())));
    network.heal(side);
    long over = now();
    long healed = recovered(what, Kind.ACROSS, nodes, from, over, HEAL);
    disturbances.add(new Disturbance(
        what + ", each part", Kind.ON_EACH_SIDE, nodes, from, from, whole < 0 ? healed : whole));
  }

  /** At least one process of three nodes on either side, and a hybrid node with it. */
  private Set<Integer> side() {
    var side = new HashSet<Integer>();
    side.add(random.nextInt(3));
    for (int host = 3; host < Fleet.HOSTS.size(); host++) {
      if (random.nextBoolean()) {
        side.add(host);
      }
    }
    return side;
  }

  int singleHost() {
    return 3 + random.nextInt(3);
  }

  /**
   * Time without faults. Queues may overflow at first, as a connection that survived is silent until
   * TCP tries again, which it does ever more rarely, or until it is given up; and then no more.
   */
  void calm(Duration time) throws InterruptedException {
    long from = now();
    long until = from;
    Map<Integer, Long> first = dropped();
    Map<Integer, Long> before = first;
    pass(QUIET);
    for (Map<Integer, Long> after = dropped(); !after.equals(before); after = dropped()) {
      check(now() - from < STUCK.toMillis(), "no queue overflows after " + STUCK);
      before = after;
      until = now();
      pass(QUIET);
    }
    pass(time);
    check(dropped().equals(before), "no queue overflows in calm times");
    overflows.add(new Overflow(from, until, sum(before) - sum(first)));
  }

  private static long sum(Map<Integer, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Nothing more is sent, and what was sent last has been heard by all. */
  void end() throws InterruptedException {
    for (int host : up) {
      fleet.stop(host);
    }
    long last = now();
    long deadline = last + 10_000;
    long before = -1;
    // Until nothing more comes; who has not got it by then has missed it.
    for (long count = handled(); count != before && now() < deadline; count = handled()) {
      before = count;
      pass(Duration.ofMillis(500));
    }
  }

  private long handled() throws InterruptedException {
    long sum = 0;
    for (JsonNode node : fleet.status(up).values()) {
      sum += node.path("handled").asLong();
    }
    return sum;
  }

  long sent() throws InterruptedException {
    long sum = 0;
    for (JsonNode node : fleet.status(up).values()) {
      sum += node.path("sent").asLong();
    }
    return sum;
  }

  private Map<Integer, Long> dropped() throws InterruptedException {
    Map<Integer, Long> all = new TreeMap<>();
    fleet
        .status(up)
        .forEach((node, status) -> OVERFLOWS.forEach(
            reason -> all.merge(node, status.path("dropped").path(reason).asLong(), Long::sum)));
    return all;
  }

  private long recovered(
      String what, Kind kind, Set<Integer> nodes, long from, long over, Duration deadline)
      throws InterruptedException {
    var open = new Disturbance(what, kind, nodes, from, over, over);
    long until = heard(over, deadline, open::concerns);
    check(until >= 0, what + ": heard again within " + deadline);
    disturbances.add(new Disturbance(what, kind, nodes, from, over, until));
    System.out.println("faults: " + what + ", " + (over - from) + " ms, recovered after "
        + (until - over) + " ms");
    return until;
  }

  /** Pairs of nodes, sender first. */
  private interface Pairs {
    boolean contain(int sender, int receiver);
  }

  /** When all of those had heard what was sent since then; negative at the deadline. */
  private long heard(long since, Duration deadline, Pairs pairs) throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    do {
      Map<Integer, JsonNode> status = fleet.status(up);
      boolean all = status.entrySet().stream()
          .allMatch(sender -> status.entrySet().stream()
              .filter(receiver -> !receiver.getKey().equals(sender.getKey()))
              .filter(receiver -> pairs.contain(sender.getKey(), receiver.getKey()))
              .allMatch(receiver -> lastHeard(receiver.getValue(), sender.getValue()) > since));
      if (all) {
        return now();
      }
      LockSupport.parkNanos(POLL_NANOS);
    } while (System.nanoTime() - end < 0);
    return -1;
  }

  private static long lastHeard(JsonNode receiver, JsonNode sender) {
    return receiver.path("heard").path(sender.path("origin").asText()).asLong();
  }

  private void check(boolean holds, String what) throws InterruptedException {
    if (!holds) {
      throw new AssertionError("not so: " + what + ": " + fleet.status(up));
    }
  }

  private double perNode() {
    return rate / Fleet.NODES;
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  /** The traffic goes on meanwhile. */
  private static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
