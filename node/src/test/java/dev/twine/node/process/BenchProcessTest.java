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
  /** 40 and 20 KiB, and a tenth: few connections bear what grows in steps. */
  private static final int MOST_LIBP2P = 44 << 10;

  private static final int MOST_WS = 22 << 10;

  /** Threads that a process starts whoever is connected. */
  private static final int A_FEW = 8;

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

    assertThat(report.get("rows")).hasSize(10);
    int alone = 0;
    for (JsonNode row : report.get("rows")) {
      check(row);
      boolean whole = row.get("scenario").asText().startsWith("handshake-");
      alone += whole ? 0 : 1;
      assertThat(row.get("unit").asText()).isEqualTo(whole ? "connections/s" : "handshakes/s");
      assertThat(row.get("check").asText()).isEqualTo(whole ? "bytes" : "peer");
    }
    assertThat(alone).as("security alone, Noise and TLS").isEqualTo(2);
  }

  @Test
  void httpIsCountedOverBothTransportsOfANode() {
    JsonNode report = bench("http", "--scenarios", "download,requests-2", "--size", "1MiB");

    assertThat(report.get("rows")).hasSize(4);
    for (JsonNode row : report.get("rows")) {
      check(row);
      assertThat(row.get("check").asText()).isEqualTo("bytes");
      boolean stream = row.get("stack").asText().equals("p2p");
      assertThat(row.get("security").asText()).isEqualTo(stream ? "noise" : "none");
      assertThat(row.has("ofBound")).isEqualTo(stream);
    }
    assertThat(report.get("env").get("raisedLimits").has("http.rate")).isTrue();
  }

  @Test
  void everyVoteArrivesBesideADownload() {
    JsonNode report = run(
        "latency",
        "--transports",
        "p2p",
        "--rate",
        "1000/s",
        "--duration",
        "50ms",
        "--repeat",
        "1");

    assertThat(report.get("rows")).hasSize(2);
    for (JsonNode row : report.get("rows")) {
      String name = row.toString();
      boolean download = row.get("beside").asText().equals("download");
      assertThat(row.get("besideBytesPerSecond").asLong() > 0).as(name).isEqualTo(download);
      assertThat(row.get("lost").asInt()).as(name).isZero();
      assertThat(row.get("checked").asInt()).as(name).isEqualTo(50);
      assertThat(row.get("p99Millis").asDouble())
          .as(name)
          .isBetween(row.get("p50Millis").asDouble(), row.get("maxMillis").asDouble());
    }
  }

  /** Memory is no matter of time: the bounds are what the design promises, and some slack. */
  @Test
  void anIdleConnectionTakesItsShareOfMemoryAndNoThread() {
    JsonNode report = run("idle", "--peers", "300");

    assertThat(report.get("rows")).hasSize(3);
    for (JsonNode row : report.get("rows")) {
      String name = row.toString();
      int most = row.get("transport").asText().equals("ws") ? MOST_WS : MOST_LIBP2P;
      assertThat(row.get("bytes").asInt()).as(name).isBetween(1, most);
      assertThat(row.get("threads").asInt()).as(name).isLessThan(A_FEW);
      assertThat(row.get("descriptors").asDouble()).as(name).isLessThanOrEqualTo(1);
    }
  }

  private static JsonNode bench(String name, String... more) {
    var args = new ArrayList<>(List.of(more));
    args.addAll(List.of("--duration", "10ms", "--repeat", "1"));
    return run(name, args.toArray(String[]::new));
  }

  private static JsonNode run(String name, String... more) {
    var args = new ArrayList<>(List.of("bench", name));
    args.addAll(List.of(more));
    args.addAll(List.of("-o", "json"));
    try (TwineProcess bench = TwineProcess.start(args.toArray(String[]::new))) {
      int code = bench.awaitExit(java.time.Duration.ofMinutes(4));
      assertThat(code).as(() -> "" + bench.err()).isZero();
      JsonNode report = TwineProcess.parse(String.join("\n", bench.out()));
      assertThat(report.get("schema").asText()).isEqualTo("twine.bench/1");
      assertThat(report.get("env").get("jdk").asText()).isNotEmpty();
      assertThat(report.get("env").get("tcpCongestion").asText()).isNotEmpty();
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
