package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.child.Child;
import dev.twine.node.text.Json;
import io.netty.channel.epoll.Epoll;
import io.netty.util.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** What every benchmark says about where it ran. */
final class Environment {
  private static final Path TCP_CONGESTION = Path.of("/proc/sys/net/ipv4/tcp_congestion_control");

  private Environment() {}

  static ObjectNode json() {
    ObjectNode env = Json.object()
        .put("jdk", System.getProperty("java.runtime.version"))
        .put("vm", System.getProperty("java.vm.name"));
    ArrayNode flags = env.putArray("flags");
    Child.flags().forEach(flags::add);
    var netty = Version.identify().get("netty-common");
    return env.put("netty", netty == null ? "unknown" : netty.artifactVersion())
        .put("io", Epoll.isAvailable() ? "epoll" : "nio")
        .put("cores", Runtime.getRuntime().availableProcessors())
        .put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
        .put("tcpCongestion", tcpCongestion())
        .put("leakDetection", "disabled")
        .put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** The same and what holds for all benchmarks of rates and times: how they measure and warm up. */
  static ObjectNode json(Duration measurement, int repeat, Map<String, String> raisedLimits) {
    ObjectNode env = json()
        .put("durationMillis", measurement.toMillis())
        .put("warmUpMillis", WarmUp.least(measurement).toMillis())
        .put("warmUpAtMostMillis", WarmUp.most(measurement).toMillis())
        .put("repeat", repeat);
    ObjectNode raised = env.putObject("raisedLimits");
    raisedLimits.forEach(raised::put);
    return env;
  }

  /** One that paces, as bbr does, takes most of a sender's time on loopback. */
  private static String tcpCongestion() {
    try {
      return Files.readString(TCP_CONGESTION).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
