package dev.twine.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The target of a request, decoded once and strictly.
 *
 * <p>Refused, because two programs could read them differently: encoded backslashes, dot segments in
 * any spelling, control characters, bytes that are not UTF-8, fragments, and targets that are not
 * paths. An encoded slash is part of its segment; what takes it apart from a separator sees segments,
 * or the raw path.
 *
 * @param raw the path as it came
 * @param path the decoded path
 * @param segments what stands between the slashes of the raw path, decoded
 * @param query as it came, without the question mark
 */
record RequestPath(String raw, String path, List<String> segments, String query) {
  /** More than any template has; the line limit alone would allow thousands. */
  static final int MAX_SEGMENTS = 64;

  /** Between encoded slashes too: a service may make a file's name of it. */
  private static final Pattern DOTS = Pattern.compile("(^|/)\\.\\.?(/|$)");

  /**
   * Reads a request target in origin form.
   *
   * @throws IllegalArgumentException saying what is not acceptable
   */
  static RequestPath parse(String target) {
    int question = target.indexOf('?');
    String raw = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question + 1);
    if (!raw.startsWith("/")) {
      throw new IllegalArgumentException("the request target is not a path");
    }
    requirePrintable(query);
    var segments = new ArrayList<String>();
    int start = 1;
    while (start >= 0) {
      int slash = raw.indexOf('/', start);
      segments.add(decode(slash < 0 ? raw.substring(start) : raw.substring(start, slash)));
      start = slash < 0 ? -1 : slash + 1;
      if (segments.size() > MAX_SEGMENTS) {
        throw new IllegalArgumentException("more than " + MAX_SEGMENTS + " segments");
      }
    }
    return new RequestPath(raw, "/" + String.join("/", segments), List.copyOf(segments), query);
  }

  /** Whether some segment holds a slash, so that the decoded path does not tell the segments. */
  boolean hasEncodedSlash() {
    return segments.stream().anyMatch(segment -> segment.indexOf('/') >= 0);
  }

  private static String decode(String raw) {
    requirePrintable(raw);
    String text = raw.indexOf('%') < 0 ? raw : percentDecode(raw);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' || Character.isISOControl(c)) {
        throw new IllegalArgumentException("a path segment holds a backslash or control character");
      }
    }
    if (DOTS.matcher(text).find()) {
      throw new IllegalArgumentException("a path with dot segments");
    }
    return text;
  }

  private static String percentDecode(String raw) {
    var bytes = ByteBuffer.allocate(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        bytes.put((byte) c);
        continue;
      }
      int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(raw.charAt(i + 2), 16);
      if (low < 0) {
        throw new IllegalArgumentException("a percent sign without two hexadecimal digits");
      }
      bytes.put((byte) ((high << 4) | low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(bytes.flip())
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a path that is not UTF-8", e);
    }
  }

  private static void requirePrintable(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c <= ' ' || c > '~' || c == '#' || c == '\\') {
        throw new IllegalArgumentException("a character that must be percent-encoded");
      }
    }
  }
}
