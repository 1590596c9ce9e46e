package dev.twine.node.admin;

import dev.twine.network.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Metrics in the text format of Prometheus, version 0.0.4. */
final class MetricsText {
  private MetricsText() {}

  static String of(List<Metric> metrics) {
    var byName = new TreeMap<String, List<Metric>>();
    metrics.forEach(metric ->
        byName.computeIfAbsent(metric.name(), name -> new ArrayList<>()).add(metric));
    var text = new StringBuilder();
    byName.forEach((name, samples) -> {
      String kind = samples.get(0).kind().name().toLowerCase(Locale.ROOT);
      text.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
      samples.forEach(sample -> text.append(line(sample)).append('\n'));
    });
    return text.toString();
  }

  private static String line(Metric metric) {
    String labels = new TreeMap<>(metric.labels())
        .entrySet().stream().map(MetricsText::label).collect(Collectors.joining(","));
    return metric.name() + (labels.isEmpty() ? "" : "{" + labels + "}") + " "
        + number(metric.value());
  }

  private static String label(Map.Entry<String, String> label) {
    String value =
        label.getValue().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return label.getKey() + "=\"" + value + "\"";
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
