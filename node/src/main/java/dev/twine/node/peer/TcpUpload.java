package dev.twine.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Sends a number of bytes to a sink, whose count has to be the same. */
final class TcpUpload extends Reply<Long> {
  private final long total;
  private final TcpBlocks blocks;
  private final SinkCount count = new SinkCount();

  TcpUpload(long total) {
    this.total = total;
    this.blocks = new TcpBlocks(total);
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    blocks.pump(ctx);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    blocks.pump(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  void received(ChannelHandlerContext ctx, ByteBuf in) {
    count.read(in);
  }

  @Override
  void ended(ChannelHandlerContext ctx) {
    count.complain(total).ifPresentOrElse(what -> fail(ctx, what), () -> succeed(ctx, total));
  }
}
