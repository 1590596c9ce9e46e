package dev.twine.node.cli;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;

/** How results are written. */
enum OutputFormat {
  TEXT,
  JSON;

  static OutputFormat parse(String text) {
    return switch (text) {
      case "text" -> TEXT;
      case "json" -> JSON;
      default ->
        throw new TwineException(
            Code.BAD_VALUE, "unknown output format", text, "give -o text or -o json");
    };
  }
}
