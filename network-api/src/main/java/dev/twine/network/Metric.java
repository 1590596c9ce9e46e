package dev.twine.network;

import java.util.Map;

/**
 * One counter or gauge of a node at one moment.
 *
 * @param name as in Prometheus, {@code twine_...}; counters end in {@code _total}
 * @param kind whether it only grows
 * @param labels few values each: transport, tag, reason
 * @param value the value
 */
public record Metric(String name, Kind kind, Map<String, String> labels, double value) {
  /** What the value may do. */
  public enum Kind {
    COUNTER,
    GAUGE
  }

  public Metric {
    labels = Map.copyOf(labels);
  }
}
