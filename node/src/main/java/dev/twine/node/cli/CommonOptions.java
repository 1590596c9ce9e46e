package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Json;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json. Default: text")
  private OutputFormat format = OutputFormat.TEXT;

  @SuppressWarnings("unused") // picocli reads it.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  boolean json() {
    return format == OutputFormat.JSON;
  }

  /**
   * Writes a result in the form that was asked for.
   *
   * @return the exit code of a command that has done its work
   */
  int show(Console console, JsonNode json, Supplier<String> text) {
    console.line(json() ? Json.line(json) : text.get());
    return Exit.OK;
  }
}
