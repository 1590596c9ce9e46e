package dev.twine.libp2p.core.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Joins what was read to the record that it goes on with, in a heap buffer. There the JDK decrypts a
 * record in place and in one piece; out of a direct buffer it copies it to and fro in pieces of 7,680
 * bytes, which costs a fifth of a receiver. A part of a record waits in a buffer that has room for
 * more of it, so that a peer that sends single bytes makes nobody copy the others each time.
 */
final class RecordCumulator implements ByteToMessageDecoder.Cumulator {
  /** The longest record of TLS 1.3. */
  static final int RECORD = 5 + (16 << 10) + 256;

  @Override
  public ByteBuf cumulate(ByteBufAllocator alloc, ByteBuf before, ByteBuf read) {
    try {
      int bytes = read.readableBytes();
      if (before.maxFastWritableBytes() >= bytes && before.refCnt() == 1) {
        return before.writeBytes(read);
      }
      return joined(alloc, before, read);
    } finally {
      read.release();
    }
  }

  private static ByteBuf joined(ByteBufAllocator alloc, ByteBuf before, ByteBuf read) {
    int bytes = before.readableBytes() + read.readableBytes();
    ByteBuf joined = alloc.heapBuffer(Math.max(bytes, Math.min(2 * bytes, RECORD)));
    joined.writeBytes(before).writeBytes(read);
    before.release();
    return joined;
  }
}
