package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class BroadcastResultTest {
  @Test
  void aNodeIsComparedWithTheBatchesOnItsOwnTransport() {
    BroadcastResult result = result(
        row("ws", 100, 6, 1),
        row("p2p", 100, 3, 1),
        row("batched", 100, 8, 0.5),
        row("batched-noise", 100, 4, 1));

    assertThat(result.ofBound(result.rows().get(0), BroadcastRow::medianRate)).hasValue(0.75);
    assertThat(result.ofBound(result.rows().get(0), BroadcastRow::perServerCpuSecond))
        .hasValue(0.375);
    assertThat(result.ofBound(result.rows().get(1), BroadcastRow::medianRate)).hasValue(0.75);
    assertThat(result.ofBound(result.rows().get(2), BroadcastRow::medianRate)).isEmpty();
  }

  @Test
  void aHybridNodeIsComparedWithTheHarmonicMeanOfBothTransports() {
    BroadcastResult result =
        result(row("ws", 100, 6, 1), row("p2p", 100, 3, 1), row("hybrid", 100, 3.6, 0.9));
    BroadcastRow hybrid = result.rows().get(2);

    assertThat(result.ofBound(hybrid, BroadcastRow::medianRate).orElseThrow())
        .isCloseTo(0.9, within(1e-9));
    assertThat(result.ofBound(hybrid, BroadcastRow::perServerCpuSecond).orElseThrow())
        .isCloseTo(1, within(1e-9));
    JsonNode json = result.json().path("rows").get(2);
    assertThat(json.path("ofBound").asDouble()).isEqualTo(0.9);
    assertThat(json.path("ofBoundPerServerCpuSecond").asDouble()).isEqualTo(1);
    assertThat(json.path("perServerCpuSecond").asInt()).isEqualTo(4);
    assertThat(result.text()).contains("0.90", "1.00");
  }

  @Test
  void withoutTheSameSizeBesideItThereIsNothingToCompareWith() {
    BroadcastResult result = result(
        row("ws", 100, 6, 1),
        row("hybrid", 100, 5, 1),
        row("p2p", 1024, 3, 1),
        row("batched", 1024, 1, 1));

    for (BroadcastRow row : result.rows()) {
      assertThat(result.ofBound(row, BroadcastRow::medianRate)).isEmpty();
    }
    assertThat(result.json().path("rows").get(0).has("ofBound")).isFalse();
  }

  private static BroadcastRow row(String subject, int size, double rate, double serverCpu) {
    var sample = new BroadcastRow.Sample(rate, serverCpu, 0.5, 0, 1);
    return new BroadcastRow(subject, 50, size, List.of(sample));
  }

  private static BroadcastResult result(BroadcastRow... rows) {
    return new BroadcastResult(Json.object(), List.of(rows));
  }
}
