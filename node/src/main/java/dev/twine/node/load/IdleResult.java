package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import dev.twine.node.text.TextTable;
import java.util.List;

/** All rows of the benchmark of idle connections, and where they were measured. */
public final class IdleResult {
  private final ObjectNode env;
  private final List<IdleRow> rows;

  IdleResult(ObjectNode env, List<IdleRow> rows) {
    this.env = env;
    this.rows = List.copyOf(rows);
  }

  /** The document of {@code twine bench idle}. */
  public ObjectNode json() {
    return Report.json(env, rows.stream().map(IdleRow::json));
  }

  /** The same for people, in KiB for each connection. */
  public String text() {
    var table = new TextTable(
        "KIND", "PEERS", "KIB", "HEAP", "DIRECT", "RESIDENT", "DESCRIPTORS", "THREADS IN ALL");
    for (IdleRow row : rows) {
      ObjectNode json = row.json();
      table.row(
          row.kind(),
          row.peers(),
          kibibytes(json, "bytes"),
          kibibytes(json, "heap"),
          kibibytes(json, "direct"),
          kibibytes(json, "resident"),
          json.path("descriptors").asText(),
          json.path("threads").asText());
    }
    return Json.line(env) + "\n" + table;
  }

  private static String kibibytes(ObjectNode row, String field) {
    return String.format("%.1f", row.path(field).asLong() / 1024.0);
  }
}
