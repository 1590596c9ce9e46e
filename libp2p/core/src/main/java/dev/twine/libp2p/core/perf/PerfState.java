package dev.twine.libp2p.core.perf;

import io.netty.buffer.ByteBuf;

/** The serving side: a number, an upload, then a download. No I/O, no clock; one thread. */
final class PerfState {
  /** Bytes of the number in front, big-endian. */
  static final int REQUEST_BYTES = Long.BYTES;

  private int requestBytes;
  private long wanted;
  private long uploaded;

  /** Consumes what came in, however it is split. */
  void received(ByteBuf in) {
    while (requestBytes < REQUEST_BYTES && in.isReadable()) {
      wanted = wanted << Byte.SIZE | in.readUnsignedByte();
      requestBytes++;
    }
    uploaded += in.readableBytes();
    in.skipBytes(in.readableBytes());
  }

  /** Whether the request is whole, so that the end of the input starts the download. */
  boolean isRequested() {
    return requestBytes == REQUEST_BYTES;
  }

  /** How many bytes the peer asks for: unsigned, all 64 bits. */
  long wanted() {
    return wanted;
  }

  long uploaded() {
    return uploaded;
  }
}
