package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Json;
import picocli.CommandLine.Command;

/** {@code twine id}. */
@Command(name = "id", description = "Show who a running node is.")
final class IdCommand extends NodeCommand {
  IdCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    JsonNode id = ask("id", Json.object(), SOON);
    return show(id, () -> Texts.fields(id, 13));
  }
}
