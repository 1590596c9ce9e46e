package dev.twine.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The target of a request, decoded once and strictly.
 *
 * <p>Refused, because two programs could read them differently: encoded slashes (services see decoded
 * paths, and proxies split those) and backslashes, dot
 * segments in any spelling, control characters, bytes that are not UTF-8, fragments, and targets
 * that are not paths.
 *
 * @param path the decoded path
 * @param segments what stands between its slashes
 * @param query as it came, without the question mark
 */
record RequestPath(String path, List<String> segments, String query) {
  /** More than any template has; the line limit alone would allow thousands. */
  static final int MAX_SEGMENTS = 64;

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
    return new RequestPath("/" + String.join("/", segments), List.copyOf(segments), query);
  }

  private static String decode(String raw) {
    requirePrintable(raw);
    String text = raw.indexOf('%') < 0 ? raw : percentDecode(raw);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' || c == '\\' || Character.isISOControl(c)) {
        throw new IllegalArgumentException("a path segment holds a slash or control character");
      }
    }
    if (text.equals(".") || text.equals("..")) {
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
