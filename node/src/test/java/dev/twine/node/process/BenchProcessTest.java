package dev.twine.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The benchmarks over libp2p, briefly: that they count and check, not how fast anything is. */
@Tag("process")
class BenchProcessTest {
  @Test
  void everyScenarioIsMeasuredAndChecked() {
    JsonNode report = bench(
        "stream",
        "--scenarios",
        "all",
        "--security",
        "noise",
        "--size",
        "1MiB",
        "--baselines",
        "tcp");

    var scenarios = new ArrayList<String>();
    for (JsonNode row : report.get("rows")) {
      check(row);
      if (row.get("stack").asText().equals("twine")) {
        scenarios.add(row.get("scenario").asText());
      } else {
        assertThat(row.get("security").asText()).isEqualTo("none");
      }
    }
    assertThat(scenarios)
        .contains("upload", "download", "write-1KiB", "requests-100", "open-32", "broadcast-64KiB")
        .hasSize(12);
    assertThat(report.get("rows")).hasSize(22);
    assertThat(report.get("env").get("raisedLimits").size()).isPositive();
  }

  @Test
  void handshakesAreCountedOnEveryPath() {
    JsonNode report = bench("handshake", "--parallel", "1,2", "--transport", "tcp,ws");

    assertThat(report.get("rows")).hasSize(8);
    for (JsonNode row : report.get("rows")) {
      check(row);
      assertThat(row.get("unit").asText()).isEqualTo("connections/s");
      assertThat(row.get("check").asText()).isEqualTo("bytes");
    }
  }

  private static JsonNode bench(String name, String... more) {
    var args = new ArrayList<>(List.of("bench", name, "--duration", "20ms", "--repeat", "1"));
    args.addAll(List.of(more));
    args.addAll(List.of("-o", "json"));
    try (TwineProcess bench = TwineProcess.start(args.toArray(String[]::new))) {
      int code = bench.awaitExit(java.time.Duration.ofMinutes(4));
      assertThat(code).as(() -> "" + bench.err()).isZero();
      JsonNode report = TwineProcess.parse(String.join("\n", bench.out()));
      assertThat(report.get("schema").asText()).isEqualTo("twine.bench/1");
      assertThat(report.get("env").get("jdk").asText()).isNotEmpty();
      return report;
    }
  }

  private static void check(JsonNode row) {
    String name = row.toString();
    assertThat(row.get("min").asDouble()).as(name).isPositive();
    assertThat(row.get("median").asDouble()).as(name).isPositive();
    assertThat(row.get("max").asDouble()).as(name).isPositive();
    assertThat(row.get("checked").asLong()).as(name).isPositive();
    assertThat(row.get("unit").asText()).as(name).endsWith("/s");
    for (String field :
        List.of("clientCpu", "serverCpu", "perClientCpuSecond", "perServerCpuSecond")) {
      assertThat(row.get(field).isNumber()).as(name).isTrue();
    }
  }
}
