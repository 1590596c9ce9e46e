package dev.twine.identity;

import java.math.BigInteger;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The text encodings that node IDs and hashes come in: a first character names the alphabet.
 *
 * @see <a href="https://github.com/multiformats/multibase">multibase</a>
 */
public final class Multibase {
  /** The longest value that is read, a hash of 64 bytes, has half as many characters. */
  public static final int MAX_TEXT = 256;

  private static final String BASE16 = "0123456789abcdef";
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
  private static final String BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";

  private Multibase() {}

  /**
   * Reads a text whose first character names its alphabet.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static byte[] decode(String text) {
    if (text.length() < 2 || text.length() > MAX_TEXT) {
      throw new IllegalArgumentException("a multibase text has 2 to " + MAX_TEXT + " characters");
    }
    String digits = text.substring(1);
    return switch (text.charAt(0)) {
      case 'f' -> bits(digits, BASE16, 4);
      case 'F' -> bits(lower(digits), BASE16, 4);
      case 'b' -> bits(digits, BASE32, 5);
      case 'B' -> bits(lower(digits), BASE32, 5);
      case 'k' -> positional(digits, BASE36);
      case 'K' -> positional(lower(digits), BASE36);
      case 'z' -> Base58.decode(digits);
      case 'u' -> base64(digits, Base64.getUrlDecoder());
      case 'm' -> base64(digits, Base64.getDecoder());
      default ->
        throw new IllegalArgumentException("a multibase text begins with one of fFbBkKzum");
    };
  }

  /** The form that CIDs usually have, without padding. */
  public static String encodeBase32(byte[] bytes) {
    var text = new StringBuilder("b");
    int pending = 0;
    int held = 0;
    for (byte next : bytes) {
      pending = pending << Byte.SIZE | (next & 0xff);
      for (held += Byte.SIZE; held >= 5; ) {
        held -= 5;
        text.append(BASE32.charAt(pending >>> held));
        pending &= (1 << held) - 1;
      }
    }
    return held == 0
        ? text.toString()
        : text.append(BASE32.charAt(pending << (5 - held))).toString();
  }

  /** The form of hashes in addresses, without padding. */
  public static String encodeBase64Url(byte[] bytes) {
    return "u" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String lower(String digits) {
    if (!digits.equals(digits.toUpperCase(Locale.ROOT))) {
      throw new IllegalArgumentException("an upper-case multibase has no lower-case digits");
    }
    return digits.toLowerCase(Locale.ROOT);
  }

  /** Digits of a power of two; what is left over has to be zero. */
  private static byte[] bits(String digits, String alphabet, int width) {
    byte[] bytes = new byte[digits.length() * width / Byte.SIZE];
    int pending = 0;
    int held = 0;
    int at = 0;
    for (int i = 0; i < digits.length(); i++) {
      pending = pending << width | digit(digits, i, alphabet);
      held += width;
      if (held >= Byte.SIZE) {
        held -= Byte.SIZE;
        bytes[at++] = (byte) (pending >>> held);
        pending &= (1 << held) - 1;
      }
    }
    if (held >= width || pending != 0) {
      throw new IllegalArgumentException("a digit is missing or bits are left over");
    }
    return bytes;
  }

  private static byte[] positional(String digits, String alphabet) {
    BigInteger base = BigInteger.valueOf(alphabet.length());
    BigInteger value = BigInteger.ZERO;
    int zeros = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digit(digits, i, alphabet);
      zeros += digit == 0 && zeros == i ? 1 : 0;
      value = value.multiply(base).add(BigInteger.valueOf(digit));
    }
    byte[] magnitude = value.signum() == 0 ? new byte[0] : value.toByteArray();
    int sign = magnitude.length > 0 && magnitude[0] == 0 ? 1 : 0;
    byte[] bytes = new byte[zeros + magnitude.length - sign];
    System.arraycopy(magnitude, sign, bytes, zeros, magnitude.length - sign);
    return bytes;
  }

  private static byte[] base64(String digits, Base64.Decoder decoder) {
    byte @Nullable [] bytes = digits.indexOf('=') < 0 ? decoder.decode(digits) : null;
    if (bytes == null) {
      throw new IllegalArgumentException("write base64 without padding");
    }
    return bytes;
  }

  private static int digit(String digits, int at, String alphabet) {
    int digit = alphabet.indexOf(digits.charAt(at));
    if (digit < 0) {
      throw new IllegalArgumentException("character " + (at + 2) + " is not of the alphabet");
    }
    return digit;
  }
}
