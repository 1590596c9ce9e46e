package dev.twine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.bench.StreamBaseline;
import dev.twine.node.load.Contest;
import dev.twine.node.load.ContestBench;
import dev.twine.node.load.ContestPlan;
import dev.twine.node.load.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The peers in other languages do all that is measured, and every byte is right. */
class StreamBaselinesTest {
  private static final List<ContestPlan.Path> PATHS = List.of(
      new ContestPlan.Path("tcp", "noise"),
      new ContestPlan.Path("tcp", "tls"),
      new ContestPlan.Path("ws", "noise"));

  static Stream<StreamBaseline> baselines() {
    return ServiceLoader.load(StreamBaseline.class).stream().map(ServiceLoader.Provider::get);
  }

  @Test
  void areFoundByTheirNames() {
    assertThat(Contest.STREAMS.baselines()).containsExactlyInAnyOrder("go", "js", "rust", "tcp");
  }

  @ParameterizedTest
  @MethodSource("baselines")
  @Tag("interop")
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void everyScenarioIsDoneAndChecked(StreamBaseline baseline) throws Exception {
    Peers.build(baseline);

    JsonNode report = run(baseline, Contest.STREAMS.parse("all"), 200_000);

    assertThat(report.get("rows")).hasSize(12 * PATHS.size());
    report.get("rows").forEach(StreamBaselinesTest::check);
  }

  @ParameterizedTest
  @MethodSource("baselines")
  @Tag("interop")
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void connectionsAreMadeAndClosedOverAndOver(StreamBaseline baseline) throws Exception {
    Peers.build(baseline);

    JsonNode report = run(
        baseline,
        List.of(new Scenario(Scenario.Kind.HANDSHAKE, 1), new Scenario(Scenario.Kind.HANDSHAKE, 4)),
        0);

    assertThat(report.get("rows")).hasSize(2 * PATHS.size());
    report.get("rows").forEach(StreamBaselinesTest::check);
  }

  private static JsonNode run(StreamBaseline baseline, List<Scenario> scenarios, long bytes)
      throws InterruptedException {
    var plan = new ContestPlan(
        Contest.STREAMS,
        List.of(baseline.name()),
        PATHS,
        scenarios,
        bytes,
        Duration.ofMillis(50),
        Duration.ZERO,
        1);
    return ContestBench.run(plan, System.err::println).json();
  }

  private static void check(JsonNode row) {
    assertThat(row.get("median").asDouble()).as("" + row).isPositive();
    assertThat(row.get("checked").asLong()).as("" + row).isPositive();
  }
}
