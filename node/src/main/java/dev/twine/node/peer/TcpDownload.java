package dev.twine.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Asks a source for a number of bytes and compares each. */
final class TcpDownload extends Reply<Long> {
  private final long total;
  private long position;

  TcpDownload(long total) {
    this.total = total;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(ctx.alloc().buffer(Long.BYTES).writeLong(total), ctx.voidPromise());
  }

  @Override
  void received(ChannelHandlerContext ctx, ByteBuf in) {
    if (!Pattern.matches(position, in)) {
      fail(ctx, "another byte came than was sent, in " + in.readableBytes() + " at " + position);
      return;
    }
    position += in.readableBytes();
    if (position >= total) {
      succeed(ctx, total);
    }
  }

  @Override
  void ended(ChannelHandlerContext ctx) {
    fail(ctx, "the source ended at " + position + " of " + total);
  }
}
