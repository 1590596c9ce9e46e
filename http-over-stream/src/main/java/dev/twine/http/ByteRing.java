package dev.twine.http;

import io.netty.buffer.ByteBuf;

/** A queue of bytes in one array that grows when needed. Not safe for use by several threads. */
final class ByteRing {
  private byte[] bytes = new byte[0];
  private int first;
  private int size;

  int size() {
    return size;
  }

  /** Copies all readable bytes in; the caller bounds how many. */
  void append(ByteBuf more) {
    int length = more.readableBytes();
    if (size + length > bytes.length) {
      grow(size + length);
    }
    int start = (first + size) % Math.max(1, bytes.length);
    int untilEdge = Math.min(length, bytes.length - start);
    more.readBytes(bytes, start, untilEdge);
    more.readBytes(bytes, 0, length - untilEdge);
    size += length;
  }

  /** Moves up to length bytes out and says how many. */
  int take(byte[] target, int offset, int length) {
    int taken = Math.min(length, size);
    int untilEdge = Math.min(taken, bytes.length - first);
    System.arraycopy(bytes, first, target, offset, untilEdge);
    System.arraycopy(bytes, 0, target, offset + untilEdge, taken - untilEdge);
    size -= taken;
    first = size == 0 ? 0 : (first + taken) % bytes.length;
    return taken;
  }

  /** Forgets all bytes, and the memory for them. */
  void clear() {
    bytes = new byte[0];
    first = 0;
    size = 0;
  }

  private void grow(int needed) {
    byte[] larger = new byte[Math.max(512, Integer.highestOneBit(needed - 1) << 1)];
    int held = size;
    take(larger, 0, held);
    bytes = larger;
    first = 0;
    size = held;
  }
}
