package dev.twine.node.admin;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.twine.network.Metric;
import dev.twine.network.Metric.Kind;
import dev.twine.node.child.Footprint;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What every process has, under the names that dashboards know. */
final class ProcessMetrics {
  private ProcessMetrics() {}

  static String text() {
    return MetricsText.of(all());
  }

  private static List<Metric> all() {
    var metrics = new ArrayList<Metric>();
    var runtime = ManagementFactory.getRuntimeMXBean();
    metrics.add(new Metric(
        "process_start_time_seconds", Kind.GAUGE, Map.of(), runtime.getStartTime() / 1_000.0));
    Footprint held = Footprint.now();
    metrics.add(memory("heap", held.heap()));
    metrics.add(memory(
        "nonheap", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed()));
    metrics.add(memory("direct", held.direct()));
    metrics.add(gauge("jvm_threads_current", held.threads()));
    var system = ManagementFactory.getOperatingSystemMXBean();
    if (system instanceof OperatingSystemMXBean cpu) {
      double seconds = cpu.getProcessCpuTime() / 1e9;
      metrics.add(new Metric("process_cpu_seconds_total", Kind.COUNTER, Map.of(), seconds));
    }
    if (system instanceof UnixOperatingSystemMXBean unix) {
      metrics.add(gauge("process_open_fds", held.descriptors()));
      metrics.add(gauge("process_max_fds", unix.getMaxFileDescriptorCount()));
    }
    if (held.resident() > 0) {
      metrics.add(gauge("process_resident_memory_bytes", held.resident()));
    }
    return metrics;
  }

  private static Metric gauge(String name, long value) {
    return new Metric(name, Kind.GAUGE, Map.of(), (double) value);
  }

  private static Metric memory(String area, long bytes) {
    return new Metric("jvm_memory_used_bytes", Kind.GAUGE, Map.of("area", area), (double) bytes);
  }
}
