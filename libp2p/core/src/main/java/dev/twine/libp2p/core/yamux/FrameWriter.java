package dev.twine.libp2p.core.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Puts frames on the connection in order and flushes seldom. Headers and small bodies are gathered
 * in one buffer, larger ones are passed on as they are. Confined to the event loop.
 */
final class FrameWriter {
  /** So much is copied behind its header: cheaper than one more buffer in a write. */
  private static final int COPIED = 512;

  private static final int GATHERED = 8 << 10;

  private final ChannelHandlerContext ctx;
  private final int maxControlBacklog;
  private @Nullable ByteBuf gathered;
  private final Burst burst = new Burst();
  private int unflushed;

  /** Bytes until the connection is asked again whether it is writable; 0 to ask now. */
  private int allowed;

  private int controlBacklog;

  /**
   * @param maxControlBacklog bytes of control frames while the connection does not take any
   */
  FrameWriter(ChannelHandlerContext ctx, int maxControlBacklog) {
    this.ctx = ctx;
    this.maxControlBacklog = maxControlBacklog;
  }

  /** A frame without a body. It does not wait for the connection to be writable. */
  void control(FrameType type, int flags, int streamId, long length) {
    controlBacklog = ctx.channel().isWritable() ? 0 : controlBacklog + FrameHeader.SIZE;
    header(type, flags, streamId, length);
  }

  /** Whether more control frames wait than a peer that reads could cause. */
  boolean isControlBacklogged() {
    return controlBacklog > maxControlBacklog;
  }

  /** Begins a data frame, whose body follows at once. */
  void data(int flags, int streamId, int length) {
    header(FrameType.DATA, flags, streamId, length);
  }

  /** The next bytes of the body: the first ones of {@code source}, whose indices stay. */
  void body(ByteBuf source, int length) {
    if (length <= COPIED) {
      room(length).writeBytes(source, source.readerIndex(), length);
    } else {
      writeGathered();
      ctx.write(source.retainedSlice(source.readerIndex(), length));
    }
    unflushed += length;
  }

  /** Whether the connection takes more data now. A burst that has begun goes on to its end. */
  boolean isWritable() {
    if (unflushed < allowed) {
      return true;
    }
    if (allowed > 0) {
      flush();
      burst.flushed(isTaken());
    }
    allowed = ctx.channel().isWritable() ? burst.bytes() : 0;
    return allowed > 0;
  }

  /** Everything that was written goes out. */
  void flush() {
    allowed = 0;
    if (unflushed > 0) {
      writeGathered();
      unflushed = 0;
      ctx.flush();
    }
  }

  /** Drops what was not handed on. */
  void release() {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
    unflushed = 0;
  }

  /** Whether the socket has taken all that was flushed. */
  private boolean isTaken() {
    ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
    return out != null && out.isEmpty();
  }

  private void header(FrameType type, int flags, int streamId, long length) {
    FrameHeader.write(room(FrameHeader.SIZE), type, flags, streamId, length);
    unflushed += FrameHeader.SIZE;
  }

  private ByteBuf room(int bytes) {
    ByteBuf out = gathered;
    if (out != null && out.writableBytes() >= bytes) {
      return out;
    }
    writeGathered();
    out = ctx.alloc().ioBuffer(GATHERED, GATHERED);
    gathered = out;
    return out;
  }

  private void writeGathered() {
    ByteBuf out = gathered;
    if (out != null) {
      gathered = null;
      ctx.write(out);
    }
  }
}
