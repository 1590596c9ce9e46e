package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import dev.twine.node.text.TextTable;
import java.util.List;

/** All rows of the benchmark of latency, and where they were measured. */
public final class LatencyResult {
  private static final double MEGABYTE = 1e6;

  private final ObjectNode env;
  private final List<LatencyRow> rows;

  LatencyResult(ObjectNode env, List<LatencyRow> rows) {
    this.env = env;
    this.rows = List.copyOf(rows);
  }

  /** Messages of all rows that did not come. */
  public long lost() {
    return rows.stream().mapToLong(LatencyRow::lost).sum();
  }

  /** The document of {@code twine bench latency}. */
  public ObjectNode json() {
    return Report.json(env, rows.stream().map(LatencyRow::json));
  }

  /** The same for people. */
  public String text() {
    var table = new TextTable(
        "TRANSPORT", "BESIDE", "P50 MS", "P99 MS", "WORST P99", "MAX MS", "BESIDE MB/S", "LOST");
    for (LatencyRow row : rows) {
      table.row(
          row.transport(),
          row.beside().label(),
          millis(row.p50Millis()),
          millis(row.p99Millis()),
          millis(row.worstP99Millis()),
          millis(row.maxMillis()),
          String.format("%,.0f", row.besideRate() / MEGABYTE),
          row.lost());
    }
    return Json.line(env) + "\n" + table;
  }

  private static String millis(double value) {
    return String.format("%.2f", value);
  }
}
