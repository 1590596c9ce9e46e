package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Escape;
import java.util.ArrayList;
import java.util.stream.Collectors;

/** JSON values as a person reads them. */
final class Texts {
  private static final int ID_CHARS = 8;

  private Texts() {}

  static String of(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "-";
    }
    if (value.isArray()) {
      var texts = new ArrayList<String>();
      value.forEach(element -> texts.add(of(element)));
      return texts.isEmpty() ? "-" : String.join(", ", texts);
    }
    return Escape.screen(value.asText());
  }

  /**
   * The fields of an object, each on a line of its own.
   *
   * @param width of the names
   */
  static String fields(JsonNode object, int width) {
    return object.properties().stream()
        .map(field -> String.format("%-" + width + "s %s", field.getKey(), of(field.getValue())))
        .collect(Collectors.joining("\n"));
  }

  /** The last eight characters of a node ID: what tells nodes apart. */
  static String last8(JsonNode nodeId) {
    String text = of(nodeId);
    return text.substring(Math.max(0, text.length() - ID_CHARS));
  }

  /** Who wrote a message; for one without a proven author a question mark and who brought it. */
  static String author(JsonNode message) {
    return message.path("origin").isTextual()
        ? last8(message.path("origin"))
        : "?" + last8(message.path("via"));
  }
}
