package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import dev.twine.node.text.TextTable;
import java.util.List;

/** All rows of a stream or handshake benchmark, and where they were measured. */
public final class StreamResult {
  private static final double MEGABYTE = 1e6;

  private final ObjectNode env;
  private final List<StreamRow> rows;

  StreamResult(ObjectNode env, List<StreamRow> rows) {
    this.env = env;
    this.rows = List.copyOf(rows);
  }

  /** The document of {@code twine bench stream} and {@code twine bench handshake}. */
  public ObjectNode json() {
    return Report.json(env, rows.stream().map(StreamRow::json));
  }

  /** The same for people; what is counted in bytes is shown in megabytes. */
  public String text() {
    var table = new TextTable(
        "STACK",
        "SCENARIO",
        "PATH",
        "MEDIAN",
        "UNIT",
        "CLIENT CPU",
        "SERVER CPU",
        "/CLIENT CPU S",
        "/SERVER CPU S");
    for (StreamRow row : rows) {
      String unit = row.what().scenario().kind().unit();
      boolean bytes = unit.equals("bytes/s");
      double scale = bytes ? MEGABYTE : 1;
      table.row(
          row.stack(),
          row.what().scenario(),
          row.what().path().transport() + " " + row.security(),
          figure(row.rate() / scale),
          bytes ? "MB/s" : unit,
          String.format("%.2f", row.clientCpu()),
          String.format("%.2f", row.serverCpu()),
          figure(row.perClientCpuSecond() / scale),
          figure(row.perServerCpuSecond() / scale));
    }
    return Json.line(env) + "\n" + table;
  }

  private static String figure(double value) {
    return String.format(value < 100 ? "%,.1f" : "%,.0f", value);
  }
}
