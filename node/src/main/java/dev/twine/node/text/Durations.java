package dev.twine.node.text;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as a person writes them: {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h)");
  /** A day: longer waits are a mistake, and nanoseconds stay far from overflowing. */
  private static final Duration MAX = Duration.ofDays(1);

  private Durations() {}

  /** Reads the forms above, up to a day. */
  public static Duration parse(String text) {
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      double millis = Double.parseDouble(form.group(1)) * millisOf(form.group(2));
      if (millis >= 1 && millis <= MAX.toMillis()) {
        return Duration.ofMillis(Math.round(millis));
      }
    }
    throw new TwineException(
        Code.BAD_VALUE, "not a duration", text, "give 1ms to 24h, such as 500ms, 10s or 2m");
  }

  /** The shortest text that {@link #parse} reads back. */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }

  private static long millisOf(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> 60_000;
      default -> 3_600_000;
    };
  }
}
