package dev.twine.identity;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Text with a checksum that finds any four wrong characters: BIP 350, in lower case only.
 *
 * @see <a href="https://github.com/bitcoin/bips/blob/master/bip-0350.mediawiki">BIP 350</a>
 */
final class Bech32m {
  private static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  private static final int[] GENERATOR = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };
  /** What makes it bech32m rather than bech32. */
  private static final int CONSTANT = 0x2bc830a3;

  private static final int CHECKSUM = 6;

  private Bech32m() {}

  /** Writes prefix, {@code 1}, the symbols (5 bits each) and the checksum. */
  static String encode(String prefix, byte[] symbols) {
    var text = new StringBuilder(prefix).append('1');
    int sum = checksumOf(prefix, symbols, CHECKSUM) ^ CONSTANT;
    for (byte symbol : symbols) {
      text.append(ALPHABET.charAt(symbol));
    }
    for (int i = CHECKSUM - 1; i >= 0; i--) {
      text.append(ALPHABET.charAt((sum >>> (5 * i)) & 31));
    }
    return text.toString();
  }

  /**
   * Reads the symbols after that prefix.
   *
   * @throws IllegalArgumentException naming what is wrong: prefix, a character or the checksum
   */
  static byte[] decode(String prefix, String text) {
    if (!text.startsWith(prefix + "1") || text.length() < prefix.length() + 1 + CHECKSUM) {
      throw new IllegalArgumentException("it does not begin with " + prefix + "1");
    }
    byte[] symbols = new byte[text.length() - prefix.length() - 1];
    for (int i = 0; i < symbols.length; i++) {
      int at = i + prefix.length() + 1;
      int symbol = ALPHABET.indexOf(text.charAt(at));
      if (symbol < 0) {
        throw new IllegalArgumentException("character " + (at + 1) + " is none of " + ALPHABET);
      }
      symbols[i] = (byte) symbol;
    }
    if (checksumOf(prefix, symbols, 0) != CONSTANT) {
      throw new IllegalArgumentException("its checksum is wrong");
    }
    return Arrays.copyOf(symbols, symbols.length - CHECKSUM);
  }

  /** Eight-bit bytes as five-bit symbols, the last one filled up with zero bits. */
  static byte[] symbols(byte[] bytes) {
    return regroup(bytes, 8, 5);
  }

  /** The bytes of such symbols, without what was filled up. */
  static byte[] bytes(byte[] symbols) {
    byte[] bytes = regroup(symbols, 5, 8);
    return Arrays.copyOf(bytes, symbols.length * 5 / 8);
  }

  private static byte[] regroup(byte[] in, int from, int to) {
    var out = new ByteArrayOutputStream();
    int held = 0;
    int bits = 0;
    for (byte value : in) {
      held = (held << from) | (value & ((1 << from) - 1));
      bits += from;
      while (bits >= to) {
        bits -= to;
        out.write((held >>> bits) & ((1 << to) - 1));
      }
      held &= (1 << bits) - 1;
    }
    if (bits > 0) {
      out.write((held << (to - bits)) & ((1 << to) - 1));
    }
    return out.toByteArray();
  }

  private static int checksumOf(String prefix, byte[] symbols, int zeros) {
    int sum = 1;
    for (int i = 0; i < prefix.length(); i++) {
      sum = step(sum, prefix.charAt(i) >>> 5);
    }
    sum = step(sum, 0);
    for (int i = 0; i < prefix.length(); i++) {
      sum = step(sum, prefix.charAt(i) & 31);
    }
    for (byte symbol : symbols) {
      sum = step(sum, symbol);
    }
    for (int i = 0; i < zeros; i++) {
      sum = step(sum, 0);
    }
    return sum;
  }

  private static int step(int sum, int symbol) {
    int top = sum >>> 25;
    int next = ((sum & 0x1ffffff) << 5) ^ symbol;
    for (int i = 0; i < GENERATOR.length; i++) {
      next ^= ((top >>> i) & 1) == 0 ? 0 : GENERATOR[i];
    }
    return next;
  }
}
