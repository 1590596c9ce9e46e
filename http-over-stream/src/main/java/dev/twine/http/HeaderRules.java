package dev.twine.http;

import java.util.Locale;
import java.util.Set;

/** What may stand in a header, so that no value ends its line and begins another. */
final class HeaderRules {
  /** The framing of the connection belongs to the codec, not to a service. */
  private static final Set<String> RESERVED = Set.of(
      "connection",
      "keep-alive",
      "proxy-connection",
      "te",
      "trailer",
      "transfer-encoding",
      "upgrade");

  private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

  private HeaderRules() {}

  /** Throws IllegalArgumentException unless a service may set that header to that value. */
  static void require(String name, String value) {
    if (!isToken(name) || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "a service cannot set a header of this name: " + printable(name));
    }
    requireValue(name, value);
  }

  static void requireValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c > '~') {
        throw new IllegalArgumentException("character " + (i + 1) + " of header " + name
            + " is not printable ASCII: " + printable(value));
      }
    }
  }

  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric =
          (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!alphanumeric && TOKEN_PUNCTUATION.indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static String printable(String text) {
    String head = text.length() > 64 ? text.substring(0, 64) + "..." : text;
    return head.replaceAll("[^ -~]", "?");
  }
}
