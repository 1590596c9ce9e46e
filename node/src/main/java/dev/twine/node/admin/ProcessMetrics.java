package dev.twine.node.admin;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.twine.network.Metric;
import dev.twine.network.Metric.Kind;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What every process has, under the names that dashboards know. */
final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private ProcessMetrics() {}

  static String text() {
    return MetricsText.of(all());
  }

  private static List<Metric> all() {
    var metrics = new ArrayList<Metric>();
    var runtime = ManagementFactory.getRuntimeMXBean();
    metrics.add(new Metric(
        "process_start_time_seconds", Kind.GAUGE, Map.of(), runtime.getStartTime() / 1_000.0));
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    metrics.add(memory("heap", memory.getHeapMemoryUsage().getUsed()));
    metrics.add(memory("nonheap", memory.getNonHeapMemoryUsage().getUsed()));
    metrics.add(memory("direct", PlatformDependent.usedDirectMemory()));
    metrics.add(gauge("jvm_threads_current", ManagementFactory.getThreadMXBean().getThreadCount()));
    var system = ManagementFactory.getOperatingSystemMXBean();
    if (system instanceof OperatingSystemMXBean cpu) {
      double seconds = cpu.getProcessCpuTime() / 1e9;
      metrics.add(new Metric("process_cpu_seconds_total", Kind.COUNTER, Map.of(), seconds));
    }
    if (system instanceof UnixOperatingSystemMXBean unix) {
      metrics.add(gauge("process_open_fds", unix.getOpenFileDescriptorCount()));
      metrics.add(gauge("process_max_fds", unix.getMaxFileDescriptorCount()));
    }
    resident().ifPresent(bytes -> metrics.add(gauge("process_resident_memory_bytes", bytes)));
    return metrics;
  }

  /** What the process occupies, where the system tells: on Linux. */
  private static OptionalLong resident() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .map(line -> line.substring(RESIDENT.length()).replace("kB", "").strip())
          .mapToLong(Long::parseLong)
          .map(kibibytes -> kibibytes << 10)
          .findFirst();
    } catch (IOException | UncheckedIOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static Metric gauge(String name, long value) {
    return new Metric(name, Kind.GAUGE, Map.of(), (double) value);
  }

  private static Metric memory(String area, long bytes) {
    return new Metric("jvm_memory_used_bytes", Kind.GAUGE, Map.of("area", area), (double) bytes);
  }
}
