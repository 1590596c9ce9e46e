package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How long messages took over one transport.
 *
 * @param samples one for each measurement
 */
record LatencyRow(
    String transport, LatencyPlan.Beside beside, LatencyPlan plan, List<Sample> samples) {
  private static final double MICROS_PER_MILLI = 1_000;

  /**
   * One measurement.
   *
   * @param sent messages
   * @param received those of them that came
   * @param p50Micros half of them took no longer
   * @param p99Micros all but the slowest hundredth took no longer
   * @param besideRate bytes per second of what went on beside them, each compared
   */
  record Sample(
      long sent,
      long received,
      long p50Micros,
      long p99Micros,
      long maxMicros,
      double besideRate) {}

  LatencyRow {
    samples = List.copyOf(samples);
  }

  ObjectNode json() {
    ObjectNode row = Json.object()
        .put("transport", transport)
        .put("beside", beside.label())
        .put("rate", Rates.hundredths(1e9 / plan.intervalNanos()))
        .put("size", plan.size())
        .put("unit", "ms");
    Json.putMillis(row, "p50Millis", median(Sample::p50Micros));
    Json.putMillis(row, "p99Millis", p99Millis());
    Json.putMillis(row, "worstP99Millis", most(Sample::p99Micros));
    Json.putMillis(row, "maxMillis", most(Sample::maxMicros));
    return row.put("besideBytesPerSecond", Math.round(besideRate()))
        .put("lost", lost())
        .put("checked", samples.stream().mapToLong(Sample::received).sum());
  }

  double p50Millis() {
    return median(Sample::p50Micros);
  }

  double p99Millis() {
    return median(Sample::p99Micros);
  }

  double worstP99Millis() {
    return most(Sample::p99Micros);
  }

  double maxMillis() {
    return most(Sample::maxMicros);
  }

  double besideRate() {
    return Rates.median(samples, Sample::besideRate);
  }

  long lost() {
    return samples.stream()
        .mapToLong(sample -> sample.sent() - sample.received())
        .sum();
  }

  private double median(ToDoubleFunction<Sample> micros) {
    return Rates.median(samples, micros) / MICROS_PER_MILLI;
  }

  private double most(ToDoubleFunction<Sample> micros) {
    return samples.stream().mapToDouble(micros).max().orElseThrow() / MICROS_PER_MILLI;
  }
}
