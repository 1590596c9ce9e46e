package dev.twine.p2p;

import dev.twine.gossip.BadMessageException;
import dev.twine.gossip.MessageDeadline;
import dev.twine.gossip.TagTable;
import dev.twine.gossip.TooLargeException;
import dev.twine.network.Tag;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.IntBinaryOperator;

/**
 * Turns the bytes of a gossip stream into messages: one {@link ByteBuf} each, tag and body, which the
 * next handler owns.
 *
 * <p>The size is judged by the declared length as soon as that is there, and again with each further
 * byte of the tag: before the body is buffered. What is malformed, too large or not complete in time
 * is fired once as an exception, and all that follows it is thrown away.
 */
final class FrameReader extends ByteToMessageDecoder {
  private final IntBinaryOperator limits;
  private final MessageDeadline deadline = new MessageDeadline(this::late);
  private boolean failed;

  /** @param limits see {@link TagTable#maxMessageBytes} */
  FrameReader(IntBinaryOperator limits) {
    this.limits = limits;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (failed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      step(ctx, in, out);
    } catch (BadMessageException | TooLargeException e) {
      in.skipBytes(in.readableBytes());
      fail(ctx, e);
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    deadline.stop();
  }

  private void step(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < StreamForm.LENGTH) {
      deadline.start(ctx);
      return;
    }
    long length = in.getUnsignedInt(in.readerIndex());
    if (length < Tag.LENGTH) {
      throw new BadMessageException("message without a tag");
    }
    int arrived = in.readableBytes() - StreamForm.LENGTH;
    int known = (int) Math.min(Math.min(arrived, length), TagTable.HEAD_BYTES);
    int head = head(in, known);
    int limit = limits.applyAsInt(head, known);
    if (length > limit) {
      throw new TooLargeException(head, length, limit);
    }
    if (arrived < length) {
      deadline.start(ctx);
      return;
    }
    deadline.stop();
    in.skipBytes(StreamForm.LENGTH);
    out.add(in.readRetainedSlice((int) length));
  }

  private static int head(ByteBuf in, int known) {
    int head = 0;
    for (int i = 0; i < known; i++) {
      int value = in.getUnsignedByte(in.readerIndex() + StreamForm.LENGTH + i);
      head |= value << (Byte.SIZE * (TagTable.HEAD_BYTES - 1 - i));
    }
    return head;
  }

  private void late(ChannelHandlerContext ctx, String what) {
    fail(ctx, new BadMessageException(what));
  }

  private void fail(ChannelHandlerContext ctx, RuntimeException reason) {
    failed = true;
    deadline.stop();
    ctx.fireExceptionCaught(reason);
  }
}
