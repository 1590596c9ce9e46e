package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Json;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code twine ping}. */
@Command(name = "ping", description = "Measure the round trip to a peer.")
final class PingCommand extends NodeCommand {
  /** The node gives each ping 5 s. */
  private static final long SECONDS_PER_PING = 6;

  @Parameters(paramLabel = "ID", description = "Node ID, or session such as s1")
  private String peer = "";

  @Option(names = "-n", paramLabel = "COUNT", description = "How often. Default: 3")
  private int count = 3;

  PingCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    var params = Json.object().put("peer", PeersCommand.checked(peer)).put("count", count);
    Duration deadline =
        Duration.ofSeconds(SECONDS_PER_PING * Math.max(1, count) + SECONDS_PER_PING);
    JsonNode result = ask("ping", params, deadline);
    return show(result, () -> text(result));
  }

  private static String text(JsonNode result) {
    String peer = Texts.last8(result.path("nodeId"));
    return StreamSupport.stream(result.path("rttMillis").spliterator(), false)
        .map(time -> peer + ": " + time.asText() + " ms")
        .collect(Collectors.joining("\n"));
  }
}
