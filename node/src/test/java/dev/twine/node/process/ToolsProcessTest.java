package dev.twine.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The commands that make a network of their own: what they print is read by programs. */
@Tag("process")
class ToolsProcessTest {
  @Test
  void theSandboxLosesNothingAndHandlesNothingTwice() {
    try (TwineProcess sandbox = TwineProcess.start(
        "sandbox", "--duration", "3s", "--rate", "100/s", "--size", "512B", "-o", "json")) {
      JsonNode report = TwineProcess.parse(sandbox.succeeded());

      assertThat(report.get("lost").asLong()).isZero();
      assertThat(report.get("nodes").size()).isGreaterThan(1);
      long sent = 0;
      for (JsonNode node : report.get("nodes")) {
        sent += node.get("sent").asLong();
      }
      // The rate is the total of all nodes. Fewer than asked for on a slow machine, never more.
      assertThat(sent).isBetween(150L, 310L);
      for (JsonNode node : report.get("nodes")) {
        assertThat(node.get("expected").asLong())
            .isEqualTo(sent - node.get("sent").asLong());
        assertThat(node.get("received").asLong()).isEqualTo(node.get("expected").asLong());
        assertThat(node.get("duplicates").asLong()).isZero();
        assertThat(node.get("dropped").asLong()).isZero();
        assertThat(node.get("mode").asText()).isIn("ws", "p2p", "hybrid");
        assertThat(node.get("nodeId").asText()).startsWith("12D3");
        assertThat(node.get("p50Millis").asDouble()).isPositive();
        assertThat(node.get("p99Millis").asDouble())
            .isGreaterThanOrEqualTo(node.get("p50Millis").asDouble());
      }
    }
  }

  @Test
  void theSandboxSaysWhatItCannotMix() {
    try (TwineProcess sandbox = TwineProcess.start("sandbox", "--mix", "ws=two", "-o", "json")) {
      assertThat(sandbox.awaitExit()).isEqualTo(2);
      assertThat(sandbox.lastErr()).startsWith("error: ").contains("two");
      assertThat(sandbox.out()).isEmpty();
    }
  }

  @Test
  void theBroadcastBenchmarkCountsWhatArrivesElsewhere() {
    try (TwineProcess bench = TwineProcess.start(
        "bench",
        "broadcast",
        "--transports",
        "ws,p2p,hybrid",
        "--peers",
        "2",
        "--size",
        "100B",
        "--duration",
        "50ms",
        "--repeat",
        "1",
        "-o",
        "json")) {
      JsonNode report = TwineProcess.parse(bench.succeeded());

      assertThat(report.get("schema").asText()).isEqualTo("twine.bench/1");
      assertThat(report.get("env").size()).isPositive();
      assertThat(report.get("rows")).hasSize(3);
      List<String> transports = List.of("ws", "p2p", "hybrid");
      for (int i = 0; i < transports.size(); i++) {
        check(report.get("rows").get(i), transports.get(i));
      }
    }
  }

  private static void check(JsonNode row, String transport) {
    assertThat(row.get("transport").asText()).isEqualTo(transport);
    assertThat(row.get("peers").asInt()).isEqualTo(2);
    assertThat(row.get("size").asInt()).isEqualTo(100);
    assertThat(row.get("unit").asText()).isEqualTo("deliveries/s");
    assertThat(row.get("median").asDouble()).isPositive();
    for (String field : List.of("serverCpu", "sinkCpu", "sinkLimited", "lost", "checked")) {
      assertThat(row.has(field)).as(field).isTrue();
    }
    assertThat(row.get("lost").asLong()).isZero();
    assertThat(row.get("min").asDouble()).isLessThanOrEqualTo(row.get("max").asDouble());
    assertThat(row.get("checked").asLong()).isPositive();
  }
}
