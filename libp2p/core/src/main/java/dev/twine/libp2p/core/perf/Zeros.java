package dev.twine.libp2p.core.perf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.LeakPresenceDetector;

/** Writes a number of bytes into a channel for as long as it is writable, from one shared buffer. */
final class Zeros {
  /** The largest frame of most implementations. */
  private static final int CHUNK = 1 << 16;

  /** Read-only: whoever encrypts in place has to see that it may not. */
  private static final ByteBuf BYTES =
      LeakPresenceDetector.staticInitializer(() -> Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(CHUNK, CHUNK).writeZero(CHUNK).asReadOnly()));

  /** Unsigned. */
  private long remaining;

  Zeros(long count) {
    this.remaining = count;
  }

  long remaining() {
    return remaining;
  }

  /** Writes while there is room and flushes; whether all is written. */
  boolean pump(ChannelHandlerContext ctx) {
    while (remaining != 0 && ctx.channel().isWritable()) {
      int length = Long.compareUnsigned(remaining, CHUNK) < 0 ? (int) remaining : CHUNK;
      remaining -= length;
      ctx.write(BYTES.retainedSlice(0, length));
    }
    ctx.flush();
    return remaining == 0;
  }
}
