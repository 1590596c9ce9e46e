package dev.twine.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.LeakPresenceDetector;
import java.nio.ByteBuffer;

/**
 * The bytes of every stream whose contents are checked: each follows from its position, so that a
 * receiver needs nothing but a count to compare all it gets. All languages make the same ones.
 */
public final class Pattern {
  /** A prime: a block that is lost, sent twice or moved does not look like its neighbour. */
  public static final int PERIOD = 65_521;

  public static final int MAX_WRITE = 1 << 20;

  private static final ByteBuffer EXPECTED = make();

  /** Read-only: whoever encrypts in place has to see that it may not. */
  private static final ByteBuf BYTES = LeakPresenceDetector.staticInitializer(
      () -> Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(EXPECTED.duplicate())));

  private Pattern() {}

  private static ByteBuffer make() {
    var bytes = ByteBuffer.allocateDirect(PERIOD + MAX_WRITE);
    for (int i = 0; i < bytes.capacity(); i++) {
      bytes.put(at(i));
    }
    return bytes.flip().asReadOnlyBuffer();
  }

  /** The byte at a position of a stream. */
  public static byte at(long position) {
    int place = (int) (position % PERIOD);
    return (byte) (place * 167 + (place >> 8) * 59);
  }

  /** The bytes from a position on, at most {@link #MAX_WRITE}: a part of the one buffer. */
  public static ByteBuf from(long position, int length) {
    return BYTES.retainedSlice((int) (position % PERIOD), length);
  }

  /** A copy of the bytes from a position on, at most {@link #MAX_WRITE}. */
  public static byte[] copy(long position, int length) {
    byte[] bytes = new byte[length];
    EXPECTED.get((int) (position % PERIOD), bytes);
    return bytes;
  }

  /** Whether the readable bytes are those from a position on; leaves them readable. */
  public static boolean matches(long position, ByteBuf received) {
    int done = 0;
    while (done < received.readableBytes()) {
      int length = Math.min(received.readableBytes() - done, MAX_WRITE);
      int place = (int) ((position + done) % PERIOD);
      ByteBuffer part = received.nioBuffer(received.readerIndex() + done, length);
      if (!EXPECTED.slice(place, length).equals(part)) {
        return false;
      }
      done += length;
    }
    return true;
  }
}
