package dev.twine.node.load;

import dev.twine.node.peer.Pattern;
import java.nio.ByteBuffer;

/**
 * Payloads that a receiver can check: a sequence number, then a stretch of the {@link Pattern} from a
 * place that depends on it.
 */
final class Payloads {
  /** The sequence number. */
  static final int HEADER = Long.BYTES;

  static final int MAX_SIZE = 1 << 20;

  /** Spreads neighbours over the places: 2^64 divided by the golden ratio. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final byte[] bytes = new byte[Pattern.PERIOD + MAX_SIZE];

  Payloads() {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Pattern.at(i);
    }
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
    return (int) ((sequence * SPREAD) >>> 48) % Pattern.PERIOD;
  }
}
