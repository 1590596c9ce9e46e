package dev.twine.libp2p.core;

import dev.twine.identity.Multibase;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * The addresses of hidden services: of Tor, a name and a port, and of I2P, a destination or the hash
 * of one. Methods throw {@link IllegalArgumentException} saying what a right value looks like.
 */
final class HiddenService {
  /** Ten bytes of a key's hash and a port. */
  static final int ONION_BYTES = 12;

  /** A key, a checksum, a version, and a port. */
  static final int ONION3_BYTES = 37;

  private static final int PORT_BYTES = 2;

  /** Two keys and the shortest certificate. */
  private static final int LEAST_DESTINATION = 386;

  private static final int HASH_BYTES = 32;

  /** What names an encrypted lease set has a checksum and flags more. */
  private static final int LEAST_ENCRYPTED = 35;

  private HiddenService() {}

  static byte[] onion(String text, int size) {
    int colon = text.indexOf(':');
    byte[] name = colon < 0 ? new byte[0] : base32(text.substring(0, colon));
    if (name.length != size - PORT_BYTES) {
      throw new IllegalArgumentException(
          "write " + (size - PORT_BYTES) * 8 / 5 + " characters of base32, a colon, and a port");
    }
    byte[] bytes = Arrays.copyOf(name, size);
    byte[] port = AddressValue.PORT.encode(text.substring(colon + 1));
    System.arraycopy(port, 0, bytes, name.length, PORT_BYTES);
    return requirePort(bytes);
  }

  static String onion(byte[] bytes) {
    int end = requirePort(bytes).length - PORT_BYTES;
    byte[] port = Arrays.copyOfRange(bytes, end, bytes.length);
    return base32(Arrays.copyOf(bytes, end)) + ":" + AddressValue.PORT.decode(port);
  }

  static byte[] garlic64(String text) {
    return requireDestination(Base64.getDecoder().decode(text.replace('-', '+').replace('~', '/')));
  }

  static String garlic64(byte[] bytes) {
    return Base64.getEncoder()
        .encodeToString(requireDestination(bytes))
        .replace('+', '-')
        .replace('/', '~');
  }

  static byte[] garlic32(String text) {
    return requireHash(base32(text));
  }

  static String garlic32(byte[] bytes) {
    return base32(requireHash(bytes));
  }

  private static byte[] base32(String text) {
    return Multibase.decode("b" + text.toLowerCase(Locale.ROOT));
  }

  private static String base32(byte[] bytes) {
    return Multibase.encodeBase32(bytes).substring(1);
  }

  private static byte[] requirePort(byte[] bytes) {
    if (bytes[bytes.length - 1] == 0 && bytes[bytes.length - 2] == 0) {
      throw new IllegalArgumentException("a hidden service has a port of 1 to 65535");
    }
    return bytes;
  }

  private static byte[] requireDestination(byte[] bytes) {
    if (bytes.length < LEAST_DESTINATION) {
      throw new IllegalArgumentException(
          "a destination has at least " + LEAST_DESTINATION + " bytes");
    }
    return bytes;
  }

  private static byte[] requireHash(byte[] bytes) {
    if (bytes.length != HASH_BYTES && bytes.length < LEAST_ENCRYPTED) {
      throw new IllegalArgumentException(
          "a hash has " + HASH_BYTES + " bytes, or at least " + LEAST_ENCRYPTED);
    }
    return bytes;
  }
}
