package dev.twine.node.admin;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.security.SecureRandom;

/**
 * Texts of one size, no two of them equal: a counter that starts anywhere, so that a second run
 * differs from the first too, and then filling.
 */
final class DistinctBodies {
  private static final String DIGITS =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  private static final int BITS = 6;
  /** What a counter of 60 bits has room for. */
  private static final int MAX_DIGITS = 10;

  private final int digits;
  private final byte[] filling;
  private long counter;

  /**
   * Bodies of that size.
   *
   * @param distinct whether they must differ; an envelope makes them differ anyway
   * @throws TwineException of code BAD_VALUE if there are not that many of the size
   */
  DistinctBodies(int size, int count, boolean distinct, SecureRandom random) {
    this.digits = Math.min(size, MAX_DIGITS);
    if (distinct && count > 1L << (BITS * digits)) {
      throw new TwineException(
          Code.BAD_VALUE,
          "too small for " + count + " distinct messages",
          size + "B",
          "raise --size");
    }
    this.counter = random.nextLong();
    this.filling = new byte[size];
    for (int i = 0; i < size; i++) {
      filling[i] = (byte) DIGITS.charAt(i % DIGITS.length());
    }
  }

  byte[] next() {
    byte[] body = filling.clone();
    long rest = counter++;
    for (int i = 0; i < digits; i++) {
      body[i] = (byte) DIGITS.charAt((int) (rest & (DIGITS.length() - 1)));
      rest >>>= BITS;
    }
    return body;
  }
}
