package dev.twine.node.config;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Nearest;
import java.util.List;
import java.util.Locale;

/** Which transports a node has. */
public enum Mode {
  WS,
  P2P,
  HYBRID;

  /** The modes that this version can run, the default first. */
  public static final List<Mode> BUILT = List.of(WS);

  /** As it is written in flags and JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a mode that this version can run.
   *
   * @throws TwineException of code BAD_VALUE if there is no such mode, or not yet
   */
  public static Mode parse(String text) {
    for (Mode mode : values()) {
      if (mode.label().equals(text)) {
        if (!BUILT.contains(mode)) {
          throw new TwineException(
              Code.BAD_VALUE, "mode not available in this version", text, "use " + labels(BUILT));
        }
        return mode;
      }
    }
    List<String> known = List.of(values()).stream().map(Mode::label).toList();
    throw new TwineException(
        Code.BAD_VALUE, "unknown mode", text, Nearest.hint(text, known) + "use " + labels(BUILT));
  }

  private static String labels(List<Mode> modes) {
    return String.join(" or ", modes.stream().map(Mode::label).toList());
  }
}
