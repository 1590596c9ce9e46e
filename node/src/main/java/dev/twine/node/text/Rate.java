package dev.twine.node.text;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Messages per time as a person writes them: {@code 50/s}, {@code 600/m}.
 *
 * @param perSecond above zero
 */
public record Rate(double perSecond) {
  /** Nothing here sends faster, and intervals stay above a nanosecond. */
  public static final double MAX_PER_SECOND = 10_000_000;

  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?)(?:/(s|m))?");
  private static final double SECONDS_PER_MINUTE = 60;

  /** Reads the forms above; a bare number is per second. */
  public static Rate parse(String text) {
    Matcher form = FORM.matcher(text);
    if (form.matches()) {
      double number = Double.parseDouble(form.group(1));
      double perSecond = "m".equals(form.group(2)) ? number / SECONDS_PER_MINUTE : number;
      if (perSecond > 0 && perSecond <= MAX_PER_SECOND) {
        return new Rate(perSecond);
      }
    }
    throw new TwineException(
        Code.BAD_VALUE, "not a rate", text, "give messages per second or minute, such as 50/s");
  }

  /** The time between two messages. */
  public long intervalNanos() {
    return Math.max(1, Math.round(1e9 / perSecond));
  }

  @Override
  public String toString() {
    return (perSecond == Math.rint(perSecond) ? Long.toString((long) perSecond) : perSecond) + "/s";
  }
}
