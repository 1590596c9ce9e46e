package dev.twine.libp2p.core;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Checks and conversions of the values in an address. */
final class AddressText {
  /** The longest name of the DNS. */
  static final int MAX_NAME = 255;

  private static final String HEX = "0123456789ABCDEF";

  private static final String UNRESERVED =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

  private AddressText() {}

  static int number(String text, int most) {
    boolean digits = !text.isEmpty() && text.length() <= 5;
    for (int i = 0; i < text.length() && digits; i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    int number = digits ? Integer.parseInt(text) : -1;
    if (number < 0 || number > most) {
      throw new IllegalArgumentException("write a number of 0 to " + most);
    }
    return number;
  }

  /** Strict, so that half a surrogate pair does not become a question mark. */
  static byte[] utf8(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return copy;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("write whole characters", e);
    }
  }

  /** Strict, so that no two byte strings have one text. */
  static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("names are UTF-8", e);
    }
  }

  static String requireName(String text) {
    requirePrintable(text);
    if (text.isEmpty() || text.length() > MAX_NAME || text.indexOf('/') >= 0) {
      throw new IllegalArgumentException("a name has 1 to " + MAX_NAME + " characters, no slash");
    }
    return text;
  }

  static String requirePath(String text) {
    requirePrintable(text);
    if (text.length() < 2 || text.charAt(0) != '/' || text.endsWith("/")) {
      throw new IllegalArgumentException("a path begins with a slash and does not end with one");
    }
    return text;
  }

  static byte[] requireMultihash(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    long code = Varint.read(in);
    long length = code < 0 ? -1 : Varint.read(in);
    if (length < 1 || length != in.readableBytes()) {
      throw new IllegalArgumentException("a hash is a multihash: code, length, digest");
    }
    return bytes;
  }

  /** Reads percent-encoding, byte by byte; a plus sign is a plus sign. */
  static byte[] unescape(String text) {
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i);
      if (next != '%') {
        bytes.writeBytes(utf8(String.valueOf(requireVisible(next))));
        continue;
      }
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw new IllegalArgumentException("write two hexadecimal digits after each %");
      }
      bytes.write((high << 4) | low);
      i += 2;
    }
    if (bytes.size() == 0) {
      throw new IllegalArgumentException("leave the path out rather than empty");
    }
    return bytes.toByteArray();
  }

  /** Escapes all but what RFC 3986 calls unreserved. */
  static String escape(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("leave the path out rather than empty");
    }
    var text = new StringBuilder(bytes.length);
    for (byte next : bytes) {
      char c = (char) (next & 0xff);
      if (UNRESERVED.indexOf(c) >= 0) {
        text.append(c);
      } else {
        text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
      }
    }
    return text.toString();
  }

  private static char requireVisible(char c) {
    if (c <= ' ' || c >= 0x7f) {
      throw new IllegalArgumentException("escape what is no visible ASCII character with %");
    }
    return c;
  }

  private static void requirePrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int type = Character.getType(c);
      boolean odd = type == Character.FORMAT || type == Character.LINE_SEPARATOR;
      if (Character.isISOControl(c) || Character.isWhitespace(c) || odd) {
        throw new IllegalArgumentException("no blanks, control or formatting characters");
      }
    }
  }
}
