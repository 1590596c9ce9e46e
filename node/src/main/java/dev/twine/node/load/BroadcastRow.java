package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * The measurements of one subject at one size.
 *
 * @param transport or baseline
 * @param samples one each
 */
public record BroadcastRow(String transport, int peers, int size, List<Sample> samples) {
  /** A sink loop that is busy for longer than this has no time left to show more. */
  private static final double LIMITED = 0.9;

  /**
   * One measurement.
   *
   * @param rate deliveries per second, counted by the receivers
   * @param serverCpu processors that the server used, 1 is one of them
   * @param sinkCpu the same of the sink
   * @param lost messages that did not arrive, of all that were sent including the warm-up
   * @param checked messages of which every byte was compared
   */
  public record Sample(double rate, double serverCpu, double sinkCpu, long lost, long checked) {}

  public BroadcastRow {
    samples = List.copyOf(samples);
  }

  ObjectNode json() {
    List<Double> rates = samples.stream().map(Sample::rate).sorted().toList();
    return Json.object()
        .put("transport", transport)
        .put("peers", peers)
        .put("size", size)
        .put("unit", "deliveries/s")
        .put("min", Math.round(rates.get(0)))
        .put("median", Math.round(medianRate()))
        .put("max", Math.round(rates.get(rates.size() - 1)))
        .put(
            "serverCpu",
            hundredths(median(samples.stream().map(Sample::serverCpu).toList())))
        .put("sinkCpu", hundredths(sinkCpu()))
        .put("sinkLimited", sinkLimited())
        .put("lost", lost())
        .put("checked", samples.stream().mapToLong(Sample::checked).sum());
  }

  double medianRate() {
    return median(samples.stream().map(Sample::rate).toList());
  }

  double serverCpu() {
    return median(samples.stream().map(Sample::serverCpu).toList());
  }

  double sinkCpu() {
    return median(samples.stream().map(Sample::sinkCpu).toList());
  }

  boolean sinkLimited() {
    return sinkCpu() >= LIMITED;
  }

  long lost() {
    return samples.stream().mapToLong(Sample::lost).sum();
  }

  static double median(List<Double> values) {
    var sorted = new ArrayList<>(values);
    sorted.sort(null);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static double hundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
