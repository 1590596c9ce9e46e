package dev.twine.node.child;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.twine.node.text.Json;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process holds.
 *
 * @param heap bytes of the Java heap that are in use, garbage included
 * @param direct bytes of buffers outside of it
 * @param resident bytes that the process occupies; 0 where the system does not tell
 * @param descriptors open files and sockets; 0 where the system does not tell
 */
public record Footprint(long heap, long direct, long resident, long threads, long descriptors) {
  private static final int MAX_COLLECTIONS = 8;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  /** Of this process. */
  public static Footprint now() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return new Footprint(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        PlatformDependent.usedDirectMemory(),
        residentBytes(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        system instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : 0);
  }

  /** Of this process without its garbage: after as many collections as find any. */
  public static Footprint collected() {
    Footprint before = now();
    for (int i = 0; i < MAX_COLLECTIONS; i++) {
      System.gc();
      Footprint after = now();
      if (before.heap - after.heap < before.heap / 100) {
        return after;
      }
      before = after;
    }
    return before;
  }

  /** What {@link #json} made. */
  public static Footprint of(JsonNode json) {
    return new Footprint(
        json.path("heap").asLong(),
        json.path("direct").asLong(),
        json.path("resident").asLong(),
        json.path("threads").asLong(),
        json.path("descriptors").asLong());
  }

  public ObjectNode json() {
    return Json.object()
        .put("heap", heap)
        .put("direct", direct)
        .put("resident", resident)
        .put("threads", threads)
        .put("descriptors", descriptors);
  }

  private static long residentBytes() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .map(line -> line.substring(RESIDENT.length()).replace("kB", "").strip())
          .mapToLong(Long::parseLong)
          .map(kibibytes -> kibibytes << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException | NumberFormatException e) {
      return 0;
    }
  }
}
