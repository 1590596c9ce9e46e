package dev.twine.ws;

import java.nio.charset.StandardCharsets;

/** RFC 3986 percent-encoding of one path segment. */
final class PercentEncoding {
  private static final String UNRESERVED = "-._~";
  private static final String HEX = "0123456789ABCDEF";

  private PercentEncoding() {}

  static String encode(String segment) {
    var encoded = new StringBuilder(segment.length());
    for (byte octet : segment.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (octet & 0xff);
      if (isUnreserved(character)) {
        encoded.append(character);
      } else {
        encoded.append('%').append(HEX.charAt(character >> 4)).append(HEX.charAt(character & 0xf));
      }
    }
    return encoded.toString();
  }

  private static boolean isUnreserved(char character) {
    boolean letter =
        (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
    boolean digit = character >= '0' && character <= '9';
    return letter || digit || UNRESERVED.indexOf(character) >= 0;
  }
}
