package dev.twine.node.text;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as a person writes it: {@code 100B}, {@code 1KiB}, {@code 4MiB}, {@code 1kB}.
 *
 * @param bytes not negative
 */
public record Size(long bytes) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(B|kB|KB|KiB|MB|MiB|GB|GiB)?");
  private static final Map<String, Long> UNITS = Map.of(
      "B", 1L,
      "kB", 1_000L,
      "KB", 1_000L,
      "KiB", 1L << 10,
      "MB", 1_000_000L,
      "MiB", 1L << 20,
      "GB", 1_000_000_000L,
      "GiB", 1L << 30);

  /** Reads the forms above; a bare number is bytes. */
  public static Size parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw bad(text);
    }
    String unit = form.group(2) == null ? "B" : form.group(2);
    try {
      return new Size(Math.multiplyExact(
          Long.parseLong(form.group(1)), Objects.requireNonNull(UNITS.get(unit))));
    } catch (ArithmeticException e) {
      throw bad(text);
    }
  }

  /** As a count of bytes that an array can have. */
  public int asInt(String what, int min, int max) {
    if (bytes < min || bytes > max) {
      throw new TwineException(
          Code.BAD_VALUE,
          what + " out of range",
          toString(),
          "give " + new Size(min) + " to " + new Size(max));
    }
    return (int) bytes;
  }

  private static TwineException bad(String text) {
    return new TwineException(
        Code.BAD_VALUE, "not a size", text, "give bytes with a unit, such as 100B, 1KiB or 4MiB");
  }

  @Override
  public String toString() {
    if (bytes != 0 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + "MiB";
    }
    return bytes != 0 && bytes % (1 << 10) == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
  }
}
