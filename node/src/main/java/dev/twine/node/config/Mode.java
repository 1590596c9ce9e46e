package dev.twine.node.config;

import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Nearest;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Which transports a node has. */
public enum Mode {
  WS,
  P2P,
  HYBRID;

  /** What holds if nobody says anything. */
  public static final Mode DEFAULT = HYBRID;

  /** As it is written in flags and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether its nodes listen and dial on that transport. */
  public boolean has(TransportKind transport) {
    return this == HYBRID || label().equals(transport.label());
  }

  /** Whether nodes of the two modes have a transport in common. */
  public boolean reaches(Mode other) {
    return this == other || this == HYBRID || other == HYBRID;
  }

  /**
   * Reads a mode.
   *
   * @throws TwineException of code BAD_VALUE if there is none of that name
   */
  public static Mode parse(String text) {
    for (Mode mode : values()) {
      if (mode.label().equals(text)) {
        return mode;
      }
    }
    List<String> known = Stream.of(values()).map(Mode::label).toList();
    throw new TwineException(
        Code.BAD_VALUE,
        "unknown mode",
        text,
        Nearest.hint(text, known) + "use " + String.join(", ", known));
  }
}
