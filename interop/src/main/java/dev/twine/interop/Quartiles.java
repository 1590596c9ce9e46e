package dev.twine.interop;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Samples as the public performance suite reports them: outliers lie more than 1.5 interquartile
 * ranges outside the quartiles.
 */
final class Quartiles {
  private static final double FENCE = 1.5;

  private final double[] sorted;

  Quartiles(double... samples) {
    if (samples.length == 0) {
      throw new IllegalArgumentException("no samples");
    }
    sorted = samples.clone();
    Arrays.sort(sorted);
  }

  double median() {
    return percentile(50);
  }

  /** Of those that are not outliers, as in the suite. */
  double min() {
    return inliers().min().orElseThrow();
  }

  /** Likewise. */
  double max() {
    return inliers().max().orElseThrow();
  }

  private DoubleStream inliers() {
    return DoubleStream.of(sorted).filter(this::isInlier);
  }

  double[] outliers() {
    return DoubleStream.of(sorted).filter(sample -> !isInlier(sample)).toArray();
  }

  /** With linear interpolation between the two nearest samples. */
  double percentile(double percent) {
    double index = percent / 100 * (sorted.length - 1);
    int below = (int) Math.floor(index);
    int above = (int) Math.ceil(index);
    return sorted[below] + (sorted[above] - sorted[below]) * (index - below);
  }

  private boolean isInlier(double sample) {
    double margin = FENCE * (percentile(75) - percentile(25));
    return sample >= percentile(25) - margin && sample <= percentile(75) + margin;
  }

  /** A section of the suite's YAML. */
  String toYaml(String name, String unit, int digits) {
    return name + ":\n"
        + "  iterations: " + sorted.length + "\n"
        + "  min: " + text(min(), digits) + "\n"
        + "  q1: " + text(percentile(25), digits) + "\n"
        + "  median: " + text(median(), digits) + "\n"
        + "  q3: " + text(percentile(75), digits) + "\n"
        + "  max: " + text(max(), digits) + "\n"
        + "  outliers: " + list(outliers(), digits) + "\n"
        + "  samples: " + list(sorted, digits) + "\n"
        + "  unit: " + unit + "\n";
  }

  private static String list(double[] values, int digits) {
    return DoubleStream.of(values)
        .mapToObj(value -> text(value, digits))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String text(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
