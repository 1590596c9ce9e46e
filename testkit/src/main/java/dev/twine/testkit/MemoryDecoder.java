package dev.twine.testkit;

import dev.twine.gossip.SessionSignal;
import dev.twine.gossip.TagTable;
import dev.twine.gossip.TooLargeException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Reads frames, asks the tag table before it buffers a message, and answers pings. */
final class MemoryDecoder extends ByteToMessageDecoder {
  private final TagTable tags;
  private final BooleanSupplier answersPings;
  private boolean broken;

  MemoryDecoder(TagTable tags, BooleanSupplier answersPings) {
    this.tags = tags;
    this.answersPings = answersPings;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (in.readableBytes() < MemoryFrame.HEADER) {
      return;
    }
    byte type = in.getByte(in.readerIndex());
    int length = in.getInt(in.readerIndex() + 1);
    if (type == MemoryFrame.MESSAGE && isTooLarge(context, in, length)) {
      broken = true;
    } else if (in.readableBytes() >= MemoryFrame.HEADER + length) {
      in.skipBytes(MemoryFrame.HEADER);
      frame(context, type, in.readSlice(length), out);
    }
  }

  private boolean isTooLarge(ChannelHandlerContext context, ByteBuf in, int length) {
    int start = in.readerIndex() + MemoryFrame.HEADER;
    int known = Math.min(in.readableBytes() - MemoryFrame.HEADER, length);
    known = Math.min(known, TagTable.HEAD_BYTES);
    int head = 0;
    for (int i = 0; i < known; i++) {
      head |= in.getUnsignedByte(start + i) << (Byte.SIZE * (TagTable.HEAD_BYTES - 1 - i));
    }
    int limit = tags.maxMessageBytes(head, known);
    if (length <= limit) {
      return false;
    }
    context.fireExceptionCaught(new TooLargeException(head, length, limit));
    return true;
  }

  private void frame(ChannelHandlerContext context, byte type, ByteBuf body, List<Object> out) {
    switch (type) {
      case MemoryFrame.MESSAGE -> out.add(body.retain());
      case MemoryFrame.HELLO -> out.add(Hello.read(body));
      case MemoryFrame.PING -> {
        if (answersPings.getAsBoolean()) {
          context.writeAndFlush(
              MemoryFrame.number(MemoryFrame.PONG, body.readLong(), context.alloc()));
        }
      }
      case MemoryFrame.PONG ->
        context.fireUserEventTriggered(new SessionSignal.Pong(body.readLong()));
      case MemoryFrame.CLOSE ->
        context.fireUserEventTriggered(
            new SessionSignal.RemoteClosed(body.toString(StandardCharsets.UTF_8)));
      default -> throw new IllegalArgumentException("frame of type " + type);
    }
  }
}
