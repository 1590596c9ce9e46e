package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import dev.twine.node.text.TextTable;
import java.util.List;

/**
 * All rows, and where they were measured.
 *
 * @param env JDK, flags, processors, raised limits
 */
public record BroadcastResult(ObjectNode env, List<BroadcastRow> rows) {
  public BroadcastResult {
    rows = List.copyOf(rows);
  }

  /** Messages that did not arrive. */
  public long lost() {
    return rows.stream().mapToLong(BroadcastRow::lost).sum();
  }

  /** The document of {@code twine bench broadcast}. */
  public ObjectNode json() {
    return Report.json(env, rows.stream().map(BroadcastRow::json));
  }

  /** The same for people. */
  public String text() {
    var table = new TextTable(
        "SUBJECT", "PEERS", "SIZE", "DELIVERIES/S", "SERVER CPU", "SINK CPU", "LOST", "NOTE");
    for (BroadcastRow row : rows) {
      table.row(
          row.transport(),
          row.peers(),
          row.size() + "B",
          String.format("%,.0f", row.medianRate()),
          String.format("%.2f", row.serverCpu()),
          String.format("%.2f", row.sinkCpu()),
          row.lost(),
          row.sinkLimited() ? "limited by the sink" : "");
    }
    return Json.line(env) + "\n" + table;
  }
}
