package dev.twine.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Sends a few bytes and the end, and completes when both have come back. */
final class OneEcho extends Reply<Long> {
  private final long position;
  private final int size;
  private int received;

  OneEcho(long position, int size) {
    this.position = position;
    this.size = size;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(Pattern.from(position, size));
    endOutput(ctx);
  }

  @Override
  void received(ChannelHandlerContext ctx, ByteBuf in) {
    if (received + in.readableBytes() > size || !Pattern.matches(position + received, in)) {
      fail(ctx, "an echo differs after " + received + " bytes");
      return;
    }
    received += in.readableBytes();
  }

  @Override
  void ended(ChannelHandlerContext ctx) {
    if (received < size) {
      fail(ctx, "the echo ended after " + received + " of " + size + " bytes");
      return;
    }
    succeed(ctx, (long) size);
  }
}
