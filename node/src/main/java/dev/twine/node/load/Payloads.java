package dev.twine.node.load;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Payloads that a receiver can check: a sequence number, then a stretch of fixed bytes that depends
 * on it. Both processes make the same bytes from the same seed.
 */
final class Payloads {
  /** The sequence number. */
  static final int HEADER = Long.BYTES;

  static final int MAX_SIZE = 1 << 20;

  private static final int OFFSETS = 1 << 16;
  private static final long SEED = 7;
  /** Spreads neighbours over the offsets: 2^64 divided by the golden ratio. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final byte[] bytes = new byte[OFFSETS + MAX_SIZE];

  Payloads() {
    new Random(SEED).nextBytes(bytes);
  }

  /** A payload of that size, at least {@link #HEADER}. */
  byte[] payload(long sequence, int size) {
    byte[] payload = new byte[size];
    ByteBuffer.wrap(payload).putLong(sequence);
    System.arraycopy(bytes, offset(sequence), payload, HEADER, size - HEADER);
    return payload;
  }

  /** The bytes from which that payload takes what follows its number, and where. */
  byte[] source() {
    return bytes;
  }

  int offset(long sequence) {
    return (int) ((sequence * SPREAD) >>> 48);
  }
}
