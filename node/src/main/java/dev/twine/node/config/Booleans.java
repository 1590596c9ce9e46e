package dev.twine.node.config;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;

/** Switches: {@code true} or {@code false}, and nothing that only looks like them. */
final class Booleans {
  private Booleans() {}

  static boolean parse(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
        throw new TwineException(Code.BAD_VALUE, "not a switch", text, "give true or false");
    };
  }
}
