package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.node.text.Escape;
import java.util.ArrayList;

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
