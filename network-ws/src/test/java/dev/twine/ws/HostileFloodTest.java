package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Limits;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that come in thousands and say nothing of use: peers do not notice, memory comes back. */
@Tag("hostile")
class HostileFloodTest {
  private static final int SLOWEST_MILLIS = 1_000;
  private static final double MEMORY_SHARE = 0.1;
  private static final Duration RECOVERY = Duration.ofSeconds(30);

  @Test
  void aThousandHandshakesOfOneByteInASecondHoldNobodyUp() throws Exception {
    try (var network = new HostileNetwork(config -> config)) {
      assertThat(survive(network, HostileScript.SLOW, 1_000, 6))
          .containsOnlyKeys("pending-handshakes");
    }
  }

  @Test
  void floodsOfHeadersEndAtTheLimitOfTheHead() throws Exception {
    try (var network = new HostileNetwork(config -> config)) {
      assertThat(survive(network, HostileScript.HEADERS, 48, 5))
          .containsOnlyKeys("request-line", "header-size");
    }
  }

  @Test
  void tenThousandHalfOpenUpgradesPushOutEachOther() throws Exception {
    try (var network = new HostileNetwork(config -> config)) {
      long places = Limits.defaults().sessions().pendingHandshakes();
      Map<String, Long> refused = survive(network, HostileScript.HALF_OPEN, 10_000, 2);
      assertThat(refused).containsOnlyKeys("pending-handshakes");
      assertThat(refused.get("pending-handshakes")).isGreaterThanOrEqualTo(10_000 - places);
    }
  }

  @Test
  void tenThousandHalfOpenUpgradesAreHeldWhereThereIsRoomAndLetGo() throws Exception {
    try (var network = new HostileNetwork(withRoomFor(12_000))) {
      assertThat(survive(network, HostileScript.HALF_OPEN, 10_000, 12))
          .containsOnly(Map.entry("slow-handshake", 10_000L));
    }
  }

  private static UnaryOperator<GossipConfig> withRoomFor(int handshakes) {
    Limits.Sessions now = Limits.defaults().sessions();
    var more = new Limits.Sessions(
        handshakes + 100,
        now.perAddress(),
        now.loopbackExempt(),
        now.unidentified(),
        handshakes,
        now.handshake());
    return config -> config.withLimits(Limits.defaults().withSessions(more));
  }

  /**
   * Has the swarm attack, and sees that each connection that the node closed is counted once.
   *
   * @return what is counted as refused meanwhile, by reason
   */
  private Map<String, Long> survive(
      HostileNetwork network, HostileScript script, int clients, int seconds) throws Exception {
    try (var complaints = new NettyComplaints();
        var traffic = new HonestTraffic(network)) {
      // Once in small, so that what is made once and kept is there before the count. What is kept
      // for
      // each client still shows: the swarm has ten times as many.
      Process small = start(network, script, Math.max(48, clients / 10), 1);
      try (var output = small.inputReader()) {
        assertThat(output.readLine()).isEqualTo("begun");
        network.assertThatANewPeerIsWelcome();
        finish(small, output, 1);
      }
      network.awaitNothingLeftOver();
      Map<String, Long> refusedBefore = network.refused();
      UsedMemory before = UsedMemory.now();
      traffic.begin();

      Process swarm = start(network, script, clients, seconds);
      long turnedAway;
      String report;
      try (var output = swarm.inputReader()) {
        assertThat(output.readLine()).isEqualTo("begun");
        turnedAway = network.assertThatANewPeerIsWelcome();
        report = finish(swarm, output, seconds);
      }

      long slowest = traffic.slowestMillis();
      long end = System.nanoTime();
      network.awaitNothingLeftOver();
      UsedMemory after = UsedMemory.awaitWithin(MEMORY_SHARE, before, RECOVERY);
      System.out.printf(
          "%s: %s; honest peers waited at most %d ms; %s before, %s %d ms after; refused %s%n",
          script,
          report,
          slowest,
          before,
          after,
          (System.nanoTime() - end) / 1_000_000,
          network.refused());
      traffic.assertAllArrived();
      assertThat(slowest).isLessThan(SLOWEST_MILLIS);
      assertThat(complaints.all()).isEmpty();
      Map<String, Long> refused = since(refusedBefore, network.refused());
      assertThat(refused.values().stream().mapToLong(count -> count).sum())
          .isEqualTo(closedByTheNode(report) + turnedAway);
      return refused;
    }
  }

  private static Map<String, Long> since(Map<String, Long> before, Map<String, Long> now) {
    var grown = new TreeMap<String, Long>();
    now.forEach((reason, count) -> {
      long more = count - before.getOrDefault(reason, 0L);
      if (more > 0) {
        grown.put(reason, more);
      }
    });
    return grown;
  }

  private static long closedByTheNode(String report) {
    return Long.parseLong(report.replaceAll(".* (\\d+) closed by the node.*", "$1"));
  }

  private static Process start(
      HostileNetwork network, HostileScript script, int clients, int seconds) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            HostileSwarm.class.getName(),
            "" + network.port(),
            script.name(),
            "" + clients,
            "" + seconds))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String finish(Process swarm, BufferedReader output, int seconds) throws Exception {
    try {
      assertThat(swarm.waitFor(seconds + 40, TimeUnit.SECONDS))
          .as("the swarm ends")
          .isTrue();
      assertThat(swarm.exitValue()).isZero();
      return output.readLine();
    } finally {
      swarm.destroyForcibly();
    }
  }
}
