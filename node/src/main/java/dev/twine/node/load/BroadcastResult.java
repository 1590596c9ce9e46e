package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import dev.twine.node.text.TextTable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

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
    return Report.json(env, rows.stream().map(this::json));
  }

  private ObjectNode json(BroadcastRow row) {
    ObjectNode json = row.json();
    ofBound(row, BroadcastRow::medianRate)
        .ifPresent(part -> json.put("ofBound", Rates.hundredths(part)));
    ofBound(row, BroadcastRow::perServerCpuSecond)
        .ifPresent(part -> json.put("ofBoundPerServerCpuSecond", Rates.hundredths(part)));
    return json;
  }

  /**
   * The part of what could be expected of a node: of bare batches on the same transport, and for
   * both transports, half of the receivers on each, of the harmonic mean of the two. Empty if that was
   * not measured.
   */
  OptionalDouble ofBound(BroadcastRow row, ToDoubleFunction<BroadcastRow> figure) {
    return switch (row.transport()) {
      case "ws" -> part(row, figure, of(row, "batched", figure));
      case "p2p" -> part(row, figure, of(row, "batched-noise", figure));
      case "hybrid" ->
        part(row, figure, harmonicMean(of(row, "ws", figure), of(row, "p2p", figure)));
      default -> OptionalDouble.empty();
    };
  }

  private static OptionalDouble part(
      BroadcastRow row, ToDoubleFunction<BroadcastRow> figure, OptionalDouble bound) {
    return bound.isPresent()
        ? OptionalDouble.of(figure.applyAsDouble(row) / bound.getAsDouble())
        : bound;
  }

  private static OptionalDouble harmonicMean(OptionalDouble one, OptionalDouble other) {
    return one.isPresent() && other.isPresent()
        ? OptionalDouble.of(2 / (1 / one.getAsDouble() + 1 / other.getAsDouble()))
        : OptionalDouble.empty();
  }

  /** The figure of that subject at the size of the row. */
  private OptionalDouble of(
      BroadcastRow row, String subject, ToDoubleFunction<BroadcastRow> figure) {
    Optional<BroadcastRow> found = rows.stream()
        .filter(other -> other.transport().equals(subject) && other.size() == row.size())
        .findFirst();
    return found.isPresent()
        ? OptionalDouble.of(figure.applyAsDouble(found.get()))
        : OptionalDouble.empty();
  }

  /** The same for people. */
  public String text() {
    var table = new TextTable(
        "SUBJECT",
        "PEERS",
        "SIZE",
        "DELIVERIES/S",
        "OF BOUND",
        "SERVER CPU",
        "SINK CPU",
        "/SERVER CPU S",
        "OF BOUND",
        "LOST",
        "NOTE");
    for (BroadcastRow row : rows) {
      table.row(
          row.transport(),
          row.peers(),
          row.size() + "B",
          String.format("%,.0f", row.medianRate()),
          text(ofBound(row, BroadcastRow::medianRate)),
          String.format("%.2f", row.serverCpu()),
          String.format("%.2f", row.sinkCpu()),
          String.format("%,.0f", row.perServerCpuSecond()),
          text(ofBound(row, BroadcastRow::perServerCpuSecond)),
          row.lost(),
          row.sinkLimited() ? "limited by the sink" : "");
    }
    return Json.line(env) + "\n" + table;
  }

  private static String text(OptionalDouble part) {
    return part.isPresent() ? String.format("%.2f", part.getAsDouble()) : "-";
  }
}
