package dev.twine.http;

import dev.twine.network.TwineException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A registered path: literal segments, {@code {name}} for any one non-empty segment, and a last
 * {@code *} for the rest, which may be empty. The rest holds no encoded slash: joined again, nobody
 * could tell that from a separator.
 *
 * <p>Order: the more specific of two templates that match the same path comes first. Segment by
 * segment a literal goes before a parameter, and a parameter before the rest.
 *
 * @param text as registered
 * @param segments in order
 */
record PathTemplate(String text, List<String> segments) implements Comparable<PathTemplate> {
  /** Name under which a service finds what stands for the {@code *}. */
  static final String REST = "*";

  private static final int MAX_TEXT = 1024;
  private static final Pattern PARAMETER = Pattern.compile("\\{[A-Za-z][A-Za-z0-9_]{0,63}}");
  private static final Pattern LITERAL = Pattern.compile("[^/{}*?#%\\\\\\p{Cntrl} ]*");

  /**
   * Reads a template.
   *
   * @throws TwineException of code BAD_VALUE saying what is wrong
   */
  static PathTemplate parse(String text) {
    if (!text.startsWith("/") || text.length() > MAX_TEXT) {
      throw bad(text, "begin with a slash, at most " + MAX_TEXT + " characters");
    }
    List<String> segments = List.of(text.substring(1).split("/", -1));
    if (segments.size() > RequestPath.MAX_SEGMENTS) {
      throw bad(text, "use at most " + RequestPath.MAX_SEGMENTS + " segments");
    }
    var names = new HashSet<String>();
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      boolean isRest = segment.equals(REST) && i == segments.size() - 1;
      boolean isLiteral = LITERAL.matcher(segment).matches() && !segment.matches("\\.\\.?");
      if (!isRest && !isLiteral && !PARAMETER.matcher(segment).matches()) {
        throw bad(text, "write literal segments, {name}, and * only at the end");
      }
      if (segment.startsWith("{") && !names.add(segment)) {
        throw bad(text, "give each parameter a name of its own");
      }
    }
    return new PathTemplate(text, segments);
  }

  /** What stands for the parameters, or null if the path does not match. */
  @Nullable
  Map<String, String> match(List<String> path) {
    boolean hasRest = hasRest();
    int fixed = segments.size() - (hasRest ? 1 : 0);
    if (hasRest ? path.size() < fixed : path.size() != fixed) {
      return null;
    }
    var parameters = new HashMap<String, String>();
    for (int i = 0; i < fixed; i++) {
      String segment = segments.get(i);
      String actual = path.get(i);
      if (segment.startsWith("{")) {
        if (actual.isEmpty()) {
          return null;
        }
        parameters.put(segment.substring(1, segment.length() - 1), actual);
      } else if (!segment.equals(actual)) {
        return null;
      }
    }
    if (hasRest) {
      List<String> rest = path.subList(fixed, path.size());
      if (rest.stream().anyMatch(segment -> segment.indexOf('/') >= 0)) {
        return null;
      }
      parameters.put(REST, String.join("/", rest));
    }
    return parameters;
  }

  /** What all paths that match begin with: ends with a slash unless it is the whole path. */
  String literal() {
    var begin = new StringBuilder();
    for (String segment : segments) {
      begin.append('/');
      if (segment.startsWith("{") || segment.equals(REST)) {
        break;
      }
      begin.append(segment);
    }
    return begin.toString();
  }

  /** Equal for templates that match the same paths, whatever their parameters are called. */
  String shape() {
    return "/"
        + String.join(
            "/",
            segments.stream()
                .map(segment -> segment.startsWith("{") ? "{}" : segment)
                .toList());
  }

  @Override
  public int compareTo(PathTemplate other) {
    int common = Math.min(segments.size(), other.segments.size());
    for (int i = 0; i < common; i++) {
      int order = Integer.compare(rank(segments.get(i)), rank(other.segments.get(i)));
      if (order != 0) {
        return order;
      }
    }
    int order = Integer.compare(other.segments.size(), segments.size());
    return order != 0 ? order : shape().compareTo(other.shape());
  }

  private boolean hasRest() {
    return segments.get(segments.size() - 1).equals(REST);
  }

  private static int rank(String segment) {
    if (segment.equals(REST)) {
      return 2;
    }
    return segment.startsWith("{") ? 1 : 0;
  }

  private static TwineException bad(String text, String remedy) {
    return new TwineException(TwineException.Code.BAD_VALUE, "not a service path", text, remedy);
  }
}
