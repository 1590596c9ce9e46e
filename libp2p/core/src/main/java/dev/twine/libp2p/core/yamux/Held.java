package dev.twine.libp2p.core.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Data that has arrived on a stream and waits for a read. The window bounds its bytes; this class
 * sees to it that it does not pin much more memory than that.
 */
final class Held {
  /** Small parts are gathered into buffers of this size. */
  private static final int CHUNK = 4 << 10;

  private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>(4);
  private @Nullable ByteBuf tail;
  private long bytes;

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** How many bytes wait. */
  long bytes() {
    return bytes;
  }

  /**
   * Takes the next {@code length} bytes of {@code in}. They are copied if they are small or pin more
   * than twice their size: a peer could otherwise hold the memory of whole reads by single bytes.
   */
  void add(ByteBuf in, int length, ByteBufAllocator alloc) {
    bytes += length;
    if (length >= CHUNK && length >= in.capacity() / 2) {
      tail = null;
      parts.add(in.readRetainedSlice(length));
      return;
    }
    int left = length;
    while (left > 0) {
      ByteBuf chunk = chunk(left, alloc);
      int part = Math.min(left, chunk.maxFastWritableBytes());
      chunk.writeBytes(in, part);
      left -= part;
    }
  }

  /** The oldest part, with its reference. Only if something waits. */
  ByteBuf take() {
    ByteBuf part = parts.remove();
    bytes -= part.readableBytes();
    if (parts.isEmpty()) {
      tail = null;
    }
    return part;
  }

  /** Drops all of it. */
  void release() {
    while (!isEmpty()) {
      take().release();
    }
  }

  private ByteBuf chunk(int wanted, ByteBufAllocator alloc) {
    ByteBuf chunk = tail;
    if (chunk == null || chunk.maxFastWritableBytes() == 0) {
      chunk = alloc.ioBuffer(Math.max(wanted, CHUNK));
      parts.add(chunk);
      tail = chunk;
    }
    return chunk;
  }
}
