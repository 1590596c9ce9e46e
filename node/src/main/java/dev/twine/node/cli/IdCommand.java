package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Json;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code twine id}. */
@Command(name = "id", description = "Show who a running node is.")
final class IdCommand implements Callable<Integer> {
  /** For calls that answer at once. */
  static final Duration SOON = Duration.ofSeconds(10);

  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final NodeOptions node = new NodeOptions();

  IdCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    JsonNode id = node.client(console.environment()).call("id", Json.object(), SOON);
    if (common.json()) {
      console.line(Json.line(id));
    } else {
      id.properties()
          .forEach(field ->
              console.line(String.format("%-13s %s", field.getKey(), Texts.of(field.getValue()))));
    }
    return Exit.OK;
  }
}
