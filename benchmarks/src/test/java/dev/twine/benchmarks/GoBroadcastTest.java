package dev.twine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.load.BroadcastBench;
import dev.twine.node.load.BroadcastPlan;
import dev.twine.node.load.BroadcastResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program that writes each message to each stream: all of them arrive, once, in order and right. */
@Tag("interop")
class GoBroadcastTest {
  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void everyMessageArrives() throws Exception {
    Peers.build(new GoBaseline());
    var plan = new BroadcastPlan(List.of("go"), 3, List.of(8, 70_000), Duration.ofMillis(100), 1);

    BroadcastResult result = BroadcastBench.run(plan, System.err::println);

    assertThat(result.lost()).isZero();
    JsonNode rows = result.json().get("rows");
    assertThat(rows).hasSize(2);
    rows.forEach(row -> assertThat(row.get("checked").asLong()).as("" + row).isPositive());
  }
}
