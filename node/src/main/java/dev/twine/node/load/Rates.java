package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How the repetitions of a measurement become one figure. */
final class Rates {
  private Rates() {}

  static <T> double median(List<T> samples, ToDoubleFunction<T> value) {
    double[] sorted = samples.stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The least, the median and the greatest, as whole numbers. */
  static <T> ObjectNode put(ObjectNode row, List<T> samples, ToDoubleFunction<T> rate) {
    return row.put("min", Math.round(samples.stream().mapToDouble(rate).min().orElseThrow()))
        .put("median", Math.round(median(samples, rate)))
        .put("max", Math.round(samples.stream().mapToDouble(rate).max().orElseThrow()));
  }

  static double hundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
