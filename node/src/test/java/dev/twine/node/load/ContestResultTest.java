package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContestResultTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void aShortPathIsBoundByWhatSocketsDo() {
    ContestRow row = row("upload", "twine", 0, 250_000_000);
    var result = result(row, row("upload", "tcp", 0, 1_000_000_000));

    assertThat(result.ofBound(row)).hasValue(0.25);
    assertThat(result.text()).contains("OF BOUND", "0.25");
  }

  @Test
  void aLongPathIsBoundByAWindowForEachRoundTrip() {
    ContestRow row = row("upload", "twine", 50, 200_000_000);
    var result = result(row, row("upload", "tcp", 50, 1_000_000_000));

    assertThat(result.ofBound(row).orElseThrow()).isCloseTo(200e6 / (20 << 24), within(1e-9));
    JsonNode rows = result.json().path("rows");
    assertThat(rows.get(0).path("ofBound").asDouble()).isEqualTo(0.6);
    assertThat(rows.get(1).has("ofBound")).isFalse();
  }

  @Test
  void requestsAreNotBoundByAWindow() {
    ContestRow row = row("requests-1", "twine", 50, 15);
    var result = result(row, row("requests-1", "tcp", 50, 20));

    assertThat(result.ofBound(row)).hasValue(0.75);
  }

  @Test
  void withoutSocketsThereIsNoBound() {
    ContestRow row = row("open-1", "twine", 0, 15);
    var result = result(row, row("upload", "tcp", 0, 20));

    assertThat(result.ofBound(row)).isEmpty();
  }

  private static ContestRow row(String scenario, String stack, long delayMillis, long amount) {
    var what = new ContestPlan.Case(
        Contest.STREAMS,
        new ContestPlan.Path("tcp", "noise"),
        Contest.STREAMS.parse(scenario).get(0));
    var sample = new ContestRow.Sample(amount, SECOND, SECOND, SECOND, 0);
    return new ContestRow(what, stack, delayMillis, List.of(sample));
  }

  private static ContestResult result(ContestRow... rows) {
    return new ContestResult(Json.object(), List.of(rows));
  }
}
