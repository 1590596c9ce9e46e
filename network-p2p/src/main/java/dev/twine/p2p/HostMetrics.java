package dev.twine.p2p;

import dev.twine.libp2p.HostStats;
import dev.twine.network.Metric;
import dev.twine.network.Metric.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The figures of a libp2p host as those of a node. */
final class HostMetrics {
  private HostMetrics() {}

  static List<Metric> of(HostStats stats) {
    var metrics = new ArrayList<Metric>();
    metrics.add(gauge("twine_p2p_connections", Map.of("direction", "in"), stats.inbound()));
    metrics.add(gauge("twine_p2p_connections", Map.of("direction", "out"), stats.outbound()));
    metrics.add(gauge("twine_p2p_pending_handshakes", Map.of(), stats.handshakes()));
    metrics.add(gauge("twine_p2p_peers", Map.of(), stats.peers()));
    metrics.add(gauge("twine_p2p_memory_bytes", Map.of(), (double) stats.memoryBytes()));
    stats
        .refusals()
        .forEach((reason, count) -> metrics.add(
            new Metric("twine_p2p_refused_total", Kind.COUNTER, Map.of("reason", reason), count)));
    return metrics;
  }

  private static Metric gauge(String name, Map<String, String> labels, double value) {
    return new Metric(name, Kind.GAUGE, labels, value);
  }
}
