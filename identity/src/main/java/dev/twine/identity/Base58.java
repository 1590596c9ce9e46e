package dev.twine.identity;

import java.util.Arrays;

/**
 * The Bitcoin alphabet: digits and letters without those that look alike.
 *
 * <p>Five digits at a time, as many as fit into 32 bits: node IDs are read and written with every
 * connection.
 */
final class Base58 {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final int BASE = ALPHABET.length();
  private static final char ZERO = ALPHABET.charAt(0);

  private static final int GROUP = 5;

  /** 58 to the power of {@link #GROUP}. */
  private static final int GROUP_BASE = 656_356_768;

  /** No byte takes more digits: the logarithm of 256 to the base of 58 is below 1.37. */
  private static final int DIGITS_PER_100_BYTES = 137;

  private static final long WORD = 0xffff_ffffL;
  private static final byte[] DIGITS = digits();

  private Base58() {}

  static String encode(byte[] bytes) {
    int zeros = 0;
    while (zeros < bytes.length && bytes[zeros] == 0) {
      zeros++;
    }
    int[] number = words(bytes);
    char[] text = new char[zeros + bytes.length * DIGITS_PER_100_BYTES / 100 + 1 + GROUP];
    int start = text.length;
    for (int first = firstWord(number, 0); first < number.length; ) {
      int group = divide(number, first);
      for (int i = 0; i < GROUP; i++) {
        text[--start] = ALPHABET.charAt(group % BASE);
        group /= BASE;
      }
      first = firstWord(number, first);
    }
    while (start < text.length && text[start] == ZERO) {
      start++;
    }
    Arrays.fill(text, start - zeros, start, ZERO);
    return new String(text, start - zeros, text.length - start + zeros);
  }

  /**
   * Reads what {@link #encode} wrote; no other text gives the same bytes.
   *
   * @throws IllegalArgumentException naming the first character that is not of the alphabet
   */
  static byte[] decode(String text) {
    int zeros = 0;
    while (zeros < text.length() && text.charAt(zeros) == ZERO) {
      zeros++;
    }
    // A digit takes less than six bits.
    int[] number = new int[text.length() * 6 / Integer.SIZE + 1];
    int base = 1;
    int group = 0;
    for (int i = 0; i < text.length(); i++) {
      group = group * BASE + digit(text, i);
      base *= BASE;
      if (base == GROUP_BASE || i == text.length() - 1) {
        multiply(number, base, group);
        base = 1;
        group = 0;
      }
    }
    return bytes(number, zeros);
  }

  private static int digit(String text, int at) {
    char character = text.charAt(at);
    int digit = character < DIGITS.length ? DIGITS[character] : -1;
    if (digit < 0) {
      throw new IllegalArgumentException("character " + (at + 1) + " is not base58: " + text);
    }
    return digit;
  }

  /** Divides by {@link #GROUP_BASE} and returns the remainder. */
  private static int divide(int[] number, int first) {
    long remainder = 0;
    for (int i = first; i < number.length; i++) {
      long part = (remainder << Integer.SIZE) | (number[i] & WORD);
      number[i] = (int) (part / GROUP_BASE);
      remainder = part % GROUP_BASE;
    }
    return (int) remainder;
  }

  private static void multiply(int[] number, int factor, int plus) {
    long carry = plus;
    for (int i = number.length - 1; i >= 0; i--) {
      long part = (number[i] & WORD) * factor + carry;
      number[i] = (int) part;
      carry = part >>> Integer.SIZE;
    }
  }

  /** The greatest first. */
  private static int[] words(byte[] bytes) {
    int[] words = new int[(bytes.length + Integer.BYTES - 1) / Integer.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      int fromEnd = bytes.length - 1 - i;
      words[words.length - 1 - fromEnd / Integer.BYTES] |=
          (bytes[i] & 0xff) << (fromEnd % Integer.BYTES * Byte.SIZE);
    }
    return words;
  }

  private static byte[] bytes(int[] number, int zeros) {
    byte[] all = new byte[number.length * Integer.BYTES];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte)
          (number[i / Integer.BYTES] >>> ((Integer.BYTES - 1 - i % Integer.BYTES) * Byte.SIZE));
    }
    int start = 0;
    while (start < all.length && all[start] == 0) {
      start++;
    }
    byte[] bytes = new byte[zeros + all.length - start];
    System.arraycopy(all, start, bytes, zeros, all.length - start);
    return bytes;
  }

  private static int firstWord(int[] number, int from) {
    int first = from;
    while (first < number.length && number[first] == 0) {
      first++;
    }
    return first;
  }

  private static byte[] digits() {
    byte[] digits = new byte[128];
    Arrays.fill(digits, (byte) -1);
    for (int i = 0; i < BASE; i++) {
      digits[ALPHABET.charAt(i)] = (byte) i;
    }
    return digits;
  }
}
