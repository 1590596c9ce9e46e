package dev.twine.libp2p.core.noise;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the byte stream of a connection into Noise messages and opens them: two bytes of length,
 * big-endian, then the message.
 *
 * <p>Every byte is copied once, into the heap buffer in which it is opened in place: the ciphers of
 * JCE want arrays, and what comes out is for programs, not for a socket. A message that has not
 * arrived whole waits in the buffer that it will be opened in.
 */
final class FrameOpener {
  static final int HEADER_BYTES = 2;

  private static final int UNKNOWN = -1;

  private final CipherState inbound;
  private int firstOfHeader = UNKNOWN;
  private int length = UNKNOWN;
  private int arrived;
  private @Nullable ByteBuf partial;

  FrameOpener(CipherState inbound) {
    this.inbound = inbound;
  }

  /**
   * Consumes all readable bytes, which stay the caller's.
   *
   * @return the text of all messages that are complete now, in one buffer, which becomes the
   *     caller's; null if there is none
   * @throws NoiseException if a message is too short or not authentic: the connection has to end
   */
  @Nullable
  ByteBuf open(ByteBufAllocator allocator, ByteBuf in) {
    ByteBuf out = null;
    int written = 0;
    try {
      while (readHeader(in) && length - arrived <= in.readableBytes()) {
        out = room(allocator, out, written, in.readableBytes());
        int from = out.arrayOffset() + written;
        in.readBytes(out.array(), from + arrived, length - arrived);
        written += inbound.apply(out.array(), from, length);
        arrived = 0;
        length = UNKNOWN;
      }
      keep(allocator, in);
    } catch (RuntimeException e) {
      if (out != null) {
        out.release();
      }
      throw e;
    }
    if (out == null) {
      return null;
    }
    if (written == 0) {
      out.release();
      return null;
    }
    return out.writerIndex(written);
  }

  /** Lets go of a message that will never be whole. */
  void close() {
    if (partial != null) {
      partial.release();
      partial = null;
    }
    arrived = 0;
    length = UNKNOWN;
  }

  private boolean readHeader(ByteBuf in) {
    if (length != UNKNOWN) {
      return true;
    }
    if (firstOfHeader == UNKNOWN && in.isReadable()) {
      firstOfHeader = in.readUnsignedByte();
    }
    if (!in.isReadable()) {
      return false;
    }
    length = firstOfHeader << 8 | in.readUnsignedByte();
    firstOfHeader = UNKNOWN;
    if (length < Aead.TAG_BYTES) {
      throw new NoiseException("a message of " + length + " bytes, shorter than its tag");
    }
    return true;
  }

  /** The buffer to open the next message in: room for it, and for all that arrived with it. */
  private ByteBuf room(
      ByteBufAllocator allocator, @Nullable ByteBuf out, int written, int readable) {
    if (out == null) {
      if (partial == null) {
        return allocator.heapBuffer(readable);
      }
      ByteBuf first = partial;
      partial = null;
      return first;
    }
    if (out.capacity() - written >= length) {
      return out;
    }
    ByteBuf larger = allocator.heapBuffer(written + readable);
    larger.setBytes(0, out, 0, written);
    out.release();
    return larger;
  }

  private void keep(ByteBufAllocator allocator, ByteBuf in) {
    int count = in.readableBytes();
    if (count == 0) {
      return;
    }
    if (partial == null) {
      partial = allocator.heapBuffer(length);
    }
    in.readBytes(partial.array(), partial.arrayOffset() + arrived, count);
    arrived += count;
  }
}
