package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyRowTest {
  @Test
  void aRowHasMediansAndTheWorstOfItsSamplesAndWhatWasLost() {
    var plan = new LatencyPlan(
        List.of("p2p"),
        List.of(LatencyPlan.Beside.DOWNLOAD),
        2_000_000,
        200,
        Duration.ofSeconds(1),
        3);
    var row = new LatencyRow(
        "p2p",
        LatencyPlan.Beside.DOWNLOAD,
        plan,
        List.of(
            new LatencyRow.Sample(500, 500, 100, 2_000, 9_000, 1e6),
            new LatencyRow.Sample(500, 499, 300, 4_000, 7_000, 3e6),
            new LatencyRow.Sample(500, 500, 200, 3_000, 8_000, 2e6)));

    assertThat(row.json().toString())
        .isEqualTo("{\"transport\":\"p2p\",\"beside\":\"download\",\"rate\":500.0,\"size\":200,"
            + "\"unit\":\"ms\",\"p50Millis\":0.2,\"p99Millis\":3.0,\"worstP99Millis\":4.0,"
            + "\"maxMillis\":9.0,\"besideBytesPerSecond\":2000000,\"lost\":1,\"checked\":1499}");
  }
}
