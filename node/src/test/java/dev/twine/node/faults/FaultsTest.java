package dev.twine.node.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Twelve nodes of three kinds that send all the time, while processes are killed, stopped and cut off
 * from each other. Whoever could hear a message has handled it exactly once and unaltered. The long
 * form: {@code -Dtwine.faults.full}; figures in {@code docs/reliability.md}.
 */
@Tag("soak")
@Timeout(900)
class FaultsTest {
  private static final boolean FULL = System.getProperty("twine.faults.full") != null;
  private static final long SEED = Long.getLong("twine.faults.seed", 1);
  private static final int RATE = Integer.getInteger("twine.faults.rate", FULL ? 400 : 200);
  private static final int MESSAGES =
      Integer.getInteger("twine.faults.messages", FULL ? 20_000 : 2_000);

  /** Who is connected for so long after a message was sent is owed it. */
  private static final long WINDOW_MILLIS = FULL ? 10_000 : 3_000;

  private static final Optional<String> NO_NAMESPACES = Namespaces.missing();

  /** What the nodes wrote stays there until the next run. */
  private static final Path BUILD = Path.of("target").toAbsolutePath();

  private Path directory;

  @BeforeEach
  void emptyDirectory() throws IOException {
    directory = Files.createDirectories(BUILD.resolve("faults"));
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    Files.createDirectory(directory);
  }

  @Test
  void partsOfANetworkLoseNothingWithinThemAndHealWithin20Seconds() throws Exception {
    assumeTrue(NO_NAMESPACES.isEmpty(), () -> "no partitions: " + NO_NAMESPACES.orElseThrow());
    try (var network = Namespaces.create(Fleet.HOSTS.size());
        var fleet = new Fleet(directory, Optional.of(network))) {
      var scenario = new Scenario(fleet, SEED, RATE);
      scenario.begin();
      if (FULL) {
        partitions(scenario, network);
      } else {
        scenario.kill(scenario.singleHost(), Duration.ofMillis(500));
        scenario.cut(network, Duration.ofSeconds(4), -1);
      }
      judge(scenario, fleet);
    }
  }

  @Test
  void whatIsNotStruckLosesNothingWhileOthersAreKilledAndStopped() throws Exception {
    assumeTrue(FULL || NO_NAMESPACES.isPresent(), "the short form has partitions instead");
    try (var fleet = new Fleet(directory, Optional.empty())) {
      var scenario = new Scenario(fleet, SEED, RATE);
      scenario.begin();
      for (int i = 0; i < (FULL ? 4 : 1); i++) {
        scenario.kill(scenario.singleHost(), Duration.ofMillis(500L << i));
        calm(scenario);
        scenario.freeze(scenario.singleHost(), Duration.ofSeconds(4L << i));
        calm(scenario);
      }
      judge(scenario, fleet);
    }
  }

  private static void partitions(Scenario scenario, Namespaces network)
      throws InterruptedException {
    for (int seconds : new int[] {5, 15, 30, 70}) {
      scenario.kill(scenario.singleHost(), Duration.ofMillis(1500));
      calm(scenario);
      scenario.cut(network, Duration.ofSeconds(seconds), -1);
      calm(scenario);
    }
    scenario.cut(network, Duration.ofSeconds(25), scenario.singleHost());
    calm(scenario);
    scenario.freeze(scenario.singleHost(), Duration.ofSeconds(10));
  }

  private static void calm(Scenario scenario) throws InterruptedException {
    scenario.calm(Duration.ofMillis(WINDOW_MILLIS));
  }

  private void judge(Scenario scenario, Fleet fleet) throws InterruptedException, IOException {
    do {
      calm(scenario);
    } while (scenario.sent() < MESSAGES);
    scenario.end();
    var verdict = new Verdict(
            fleet.lives(), scenario.disturbances(), scenario.overflows(), WINDOW_MILLIS)
        .of(directory);
    ObjectNode report = verdict.json().put("seed", SEED).put("rate", RATE);
    Files.writeString(BUILD.resolve("faults-report.json"), Json.line(report));
    System.out.println("faults: " + Json.line(report));
    assertThat(verdict.wrong()).isEmpty();
    assertThat(verdict.messages()).isGreaterThanOrEqualTo(MESSAGES);
    assertThat(verdict.share()).as("the part that was owed").isGreaterThan(0.3);
  }
}
