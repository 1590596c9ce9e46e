package dev.twine.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.HostStats;
import dev.twine.network.Metric;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostMetricsTest {
  @Test
  void everyFigureOfAHostHasAName() {
    var stats = new HostStats(1, 2, 3, 4, 5, Map.of("connections.gated", 6L));

    assertThat(HostMetrics.of(stats))
        .extracting(metric -> metric.name() + metric.labels() + " " + (int) metric.value())
        .containsExactly(
            "twine_p2p_connections{direction=in} 1",
            "twine_p2p_connections{direction=out} 2",
            "twine_p2p_pending_handshakes{} 3",
            "twine_p2p_peers{} 4",
            "twine_p2p_memory_bytes{} 5",
            "twine_p2p_refused_total{reason=connections.gated} 6");
    assertThat(HostMetrics.of(stats))
        .filteredOn(metric -> metric.name().endsWith("_total"))
        .extracting(Metric::kind)
        .containsExactly(Metric.Kind.COUNTER);
  }
}
