package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;

/** A command that asks a running node one thing and shows its answer. */
abstract class NodeCommand implements Callable<Integer> {
  /** For calls that answer at once. */
  static final Duration SOON = Duration.ofSeconds(10);

  final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final NodeOptions node = new NodeOptions();

  NodeCommand(Console console) {
    this.console = console;
  }

  /**
   * Asks it.
   *
   * @param deadline for the answer
   */
  final JsonNode ask(String method, ObjectNode params, Duration deadline) {
    return node.client(console.environment()).call(method, params, deadline);
  }

  /** As {@link CommonOptions#show}. */
  final int show(JsonNode answer, Supplier<String> text) {
    return common.show(console, answer, text);
  }
}
