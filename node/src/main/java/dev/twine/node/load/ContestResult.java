package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.libp2p.core.WindowLimits;
import dev.twine.node.text.Json;
import dev.twine.node.text.TextTable;
import java.util.List;
import java.util.OptionalDouble;

/** All rows of a contest, and where they were measured. */
public final class ContestResult {
  private static final double MEGABYTE = 1e6;

  /** In Twine, go and js alike. */
  private static final double WINDOW_BYTES = WindowLimits.defaults().streamBytes();

  private static final String BYTES = "bytes/s";

  private final ObjectNode env;
  private final List<ContestRow> rows;

  ContestResult(ObjectNode env, List<ContestRow> rows) {
    this.env = env;
    this.rows = List.copyOf(rows);
  }

  /** The document of {@code twine bench stream}, {@code handshake} and {@code http}. */
  public ObjectNode json() {
    return Report.json(env, rows.stream().map(this::json));
  }

  private ObjectNode json(ContestRow row) {
    ObjectNode json = row.json();
    ofBound(row).ifPresent(part -> json.put("ofBound", Rates.hundredths(part)));
    return json;
  }

  /**
   * The part of what the path allows: the rate of TCP alone through the same delay, and for one
   * stream a largest window for each round trip. Empty if TCP was not measured.
   */
  OptionalDouble ofBound(ContestRow row) {
    return rows.stream()
        .filter(other -> other.stack().equals(row.what().contest().bound()) && !other.equals(row))
        .filter(other -> other.what().scenario().equals(row.what().scenario()))
        .mapToDouble(other -> row.rate() / Math.min(other.rate(), windowRate(row)))
        .findFirst();
  }

  private static double windowRate(ContestRow row) {
    boolean oneStream = row.what().scenario().kind().unit().equals(BYTES);
    return oneStream && row.delayMillis() > 0
        ? WINDOW_BYTES * 1_000 / row.delayMillis()
        : Double.POSITIVE_INFINITY;
  }

  /** The same for people; what is counted in bytes is shown in megabytes. */
  public String text() {
    var table = new TextTable(
        "STACK",
        "SCENARIO",
        "PATH",
        "MEDIAN",
        "UNIT",
        "OF BOUND",
        "CLIENT CPU",
        "SERVER CPU",
        "/CLIENT CPU S",
        "/SERVER CPU S");
    for (ContestRow row : rows) {
      String unit = row.what().scenario().kind().unit();
      boolean bytes = unit.equals(BYTES);
      double scale = bytes ? MEGABYTE : 1;
      table.row(
          row.stack(),
          row.what().scenario(),
          row.what().path().transport() + " " + row.security(),
          figure(row.rate() / scale),
          bytes ? "MB/s" : unit,
          ofBound(row).stream()
              .mapToObj(part -> String.format("%.2f", part))
              .findFirst()
              .orElse("-"),
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
