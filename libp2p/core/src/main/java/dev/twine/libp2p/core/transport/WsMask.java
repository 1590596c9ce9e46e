package dev.twine.libp2p.core.transport;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Masking by RFC 6455 section 5.3. One instance per connection; not thread-safe. */
final class WsMask {
  /** Keys are drawn this many bytes at a time: a draw costs about as much as a hundred keys. */
  private static final int BLOCK = 512;

  private final SecureRandom random = new SecureRandom();
  private final byte[] bytes = new byte[BLOCK];
  private final ByteBuffer keys = ByteBuffer.wrap(bytes).position(BLOCK);

  /** A key that nobody can foresee. */
  int next() {
    if (!keys.hasRemaining()) {
      random.nextBytes(bytes);
      keys.clear();
    }
    return keys.getInt();
  }

  /**
   * Masks or unmasks bytes where they are.
   *
   * @param position how many bytes of the frame came before them
   */
  static void apply(ByteBuf buffer, int from, int length, int mask, long position) {
    int key = Integer.rotateLeft(mask, Byte.SIZE * (int) (position & 3));
    long twice = ((long) key << Integer.SIZE) | Integer.toUnsignedLong(key);
    int at = from;
    int end = from + length;
    while (end - at >= Long.BYTES) {
      buffer.setLong(at, buffer.getLong(at) ^ twice);
      at += Long.BYTES;
    }
    for (int shift = Integer.SIZE - Byte.SIZE; at < end; at++) {
      buffer.setByte(at, buffer.getByte(at) ^ (key >>> shift));
      shift = shift == 0 ? Integer.SIZE - Byte.SIZE : shift - Byte.SIZE;
    }
  }
}
