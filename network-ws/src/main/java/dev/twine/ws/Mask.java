package dev.twine.ws;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** The masking of RFC 6455 section 5.3, eight bytes at a time, and a source of masking keys. */
final class Mask {
  private static final FastThreadLocal<Source> SOURCE = new FastThreadLocal<>() {
    @Override
    protected Source initialValue() {
      return new Source();
    }
  };

  private Mask() {}

  /**
   * Masks or unmasks bytes where they stand.
   *
   * @param position how many bytes of the same frame came before these
   */
  static void apply(ByteBuf buffer, int index, int length, int mask, long position) {
    int key = Integer.rotateLeft(mask, (int) (position & 3) * Byte.SIZE);
    long wide = ((long) key << Integer.SIZE) | (key & 0xffff_ffffL);
    int at = index;
    int end = index + length;
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      buffer.setLong(at, buffer.getLong(at) ^ wide);
    }
    for (; at < end; at++) {
      int shift = Integer.SIZE - Byte.SIZE * (1 + ((at - index) & 3));
      buffer.setByte(at, buffer.getByte(at) ^ (key >>> shift));
    }
  }

  /** A key that a peer cannot foresee, as section 10.3 asks. Cheap: a block is drawn at a time. */
  static int next() {
    return SOURCE.get().next();
  }

  private static final class Source {
    /** One draw costs about as much as 100 keys out of a block do. */
    private static final int BLOCK = 1024;

    private final SecureRandom random = new SecureRandom();
    private final byte[] bytes = new byte[BLOCK];
    private final ByteBuffer block = ByteBuffer.wrap(bytes).position(BLOCK);

    int next() {
      if (!block.hasRemaining()) {
        random.nextBytes(bytes);
        block.rewind();
      }
      return block.getInt();
    }
  }
}
