package dev.twine.gossip;

import dev.twine.broadcaster.BroadcasterStats;
import dev.twine.network.Metric;
import dev.twine.network.Metric.Kind;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.TransportKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The counters of a node, and gauges of what there is at the moment of asking. */
final class EngineMetrics {
  private final Core core;
  private final PeerTable table;
  private final Admission admission;
  private final Requests requests;
  private final Mesh mesh;

  EngineMetrics(Core core, PeerTable table, Admission admission, Requests requests, Mesh mesh) {
    this.core = core;
    this.table = table;
    this.admission = admission;
    this.requests = requests;
    this.mesh = mesh;
  }

  List<Metric> snapshot() {
    List<Metric> metrics = core.counters().snapshot();
    for (TransportKind transport : TransportKind.values()) {
      for (Direction direction : Direction.values()) {
        metrics.add(gauge(
            "twine_peers",
            Map.of("transport", transport.label(), "direction", label(direction)),
            table.count(transport, direction)));
      }
    }
    metrics.add(gauge("twine_peers_unidentified", table.unidentified()));
    metrics.add(gauge("twine_connections", admission.total()));
    metrics.add(gauge("twine_pending_handshakes", admission.pendingHandshakes()));
    metrics.add(gauge("twine_requests_waiting", requests.waiting()));
    metrics.add(gauge("twine_addresses_known", mesh.known()));
    metrics.add(gauge("twine_addresses_lost", mesh.lost()));
    metrics.add(gauge("twine_inbound_messages", (double) core.inflow().messages()));
    metrics.add(gauge("twine_inbound_bytes", (double) core.inflow().bytes()));
    metrics.add(gauge("twine_duplicate_ids", core.duplicates().size()));
    broadcaster(metrics, core.broadcaster().stats());
    return metrics;
  }

  private static void broadcaster(List<Metric> metrics, BroadcasterStats stats) {
    metrics.add(counter("twine_broadcast_total", Map.of(), (double) stats.accepted()));
    stats
        .refused()
        .forEach((reason, count) ->
            metrics.add(counter("twine_broadcast_refused_total", reason(reason), count)));
    metrics.add(counter("twine_messages_sent_total", Map.of(), (double) stats.deliveries()));
    metrics.add(counter("twine_bytes_sent_total", Map.of(), (double) stats.deliveredBytes()));
    stats
        .dropped()
        .forEach((reason, count) ->
            metrics.add(counter("twine_peer_drops_total", reason(reason), count)));
    stats
        .cuts()
        .forEach((reason, count) ->
            metrics.add(counter("twine_peer_cuts_total", reason(reason), count)));
    metrics.add(gauge(
        "twine_broadcast_queue_length", Map.of("priority", "priority"), stats.priorityLane()));
    metrics.add(
        gauge("twine_broadcast_queue_length", Map.of("priority", "bulk"), stats.bulkLane()));
    metrics.add(gauge("twine_broadcast_queue_bytes", (double) stats.laneBytes()));
  }

  private static Map<String, String> reason(Enum<?> reason) {
    return Map.of("reason", label(reason));
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Metric gauge(String name, double value) {
    return gauge(name, Map.of(), value);
  }

  private static Metric gauge(String name, Map<String, String> labels, double value) {
    return new Metric(name, Kind.GAUGE, labels, value);
  }

  private static Metric counter(String name, Map<String, String> labels, double value) {
    return new Metric(name, Kind.COUNTER, labels, value);
  }
}
