package dev.twine.libp2p.core.yamux;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames in a stream of bytes that arrives in any pieces. Keeps at most one part of a
 * header; bodies pass in the pieces they come in.
 *
 * <p>The caller alternates: {@link #header} until it returns null or a header; after a header with
 * a body, {@link #body} until {@link #bodyRemaining} is 0.
 */
final class FrameReader {
  private static final int HEAD = 8;

  private long head;
  private long length;
  private int partialBytes;
  private long bodyRemaining;

  /** The next header; null if its last byte has not come yet, and then nothing is left to read. */
  @Nullable
  FrameHeader header(ByteBuf in) {
    if (partialBytes == 0 && in.readableBytes() >= FrameHeader.SIZE) {
      return started(FrameHeader.read(in));
    }
    while (in.isReadable()) {
      keep(in.readUnsignedByte());
      if (partialBytes == FrameHeader.SIZE) {
        return started(assembled());
      }
    }
    return null;
  }

  /** How many bytes of the current body are still to come. */
  long bodyRemaining() {
    return bodyRemaining;
  }

  /** Takes what is there of the current body, and returns how many bytes that is; may be 0. */
  int body(ByteBuf in) {
    int length = (int) Math.min(bodyRemaining, in.readableBytes());
    bodyRemaining -= length;
    return length;
  }

  private FrameHeader started(FrameHeader header) {
    bodyRemaining = header.bodyLength();
    return header;
  }

  private void keep(int value) {
    if (partialBytes < HEAD) {
      head = head << 8 | value;
    } else {
      length = length << 8 | value;
    }
    partialBytes++;
  }

  private FrameHeader assembled() {
    long wholeLength = length;
    length = 0;
    partialBytes = 0;
    return FrameHeader.of(head, wholeLength);
  }
}
