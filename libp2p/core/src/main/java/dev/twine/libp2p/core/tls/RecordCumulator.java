package dev.twine.libp2p.core.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Joins what was read to the record that it goes on with. Full reads stay where they are, as copying
 * each of them behind a few bytes costs a seventh of a transfer; small ones are copied, because a
 * peer could otherwise hold a whole buffer by every byte that it sends.
 */
final class RecordCumulator implements ByteToMessageDecoder.Cumulator {
  /** Of this size two complete any record, so there are never many pieces. */
  static final int FULL_READ = 16 << 10;

  @Override
  public ByteBuf cumulate(ByteBufAllocator alloc, ByteBuf before, ByteBuf read) {
    boolean full = read.readableBytes() >= Math.max(FULL_READ, read.capacity() / 2);
    var way =
        full ? ByteToMessageDecoder.COMPOSITE_CUMULATOR : ByteToMessageDecoder.MERGE_CUMULATOR;
    return way.cumulate(alloc, before, read);
  }
}
