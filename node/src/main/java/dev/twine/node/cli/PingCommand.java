package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Json;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code twine ping}. */
@Command(name = "ping", description = "Measure the round trip to a peer.")
final class PingCommand implements Callable<Integer> {
  /** The node gives each ping 5 s. */
  private static final long SECONDS_PER_PING = 6;

  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final NodeOptions node = new NodeOptions();

  @Parameters(paramLabel = "ID", description = "Node ID, or session such as s1")
  private String peer = "";

  @Option(names = "-n", paramLabel = "COUNT", description = "How often. Default: 3")
  private int count = 3;

  PingCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var params = Json.object().put("peer", PeersCommand.checked(peer)).put("count", count);
    Duration deadline =
        Duration.ofSeconds(SECONDS_PER_PING * Math.max(1, count) + SECONDS_PER_PING);
    JsonNode result = node.client(console.environment()).call("ping", params, deadline);
    if (common.json()) {
      console.line(Json.line(result));
    } else {
      for (JsonNode time : result.path("rttMillis")) {
        console.line(Texts.last8(result.path("nodeId")) + ": " + time.asText() + " ms");
      }
    }
    return Exit.OK;
  }
}
