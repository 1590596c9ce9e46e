package dev.twine.libp2p.core.perf;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** A peer that takes so much and no more. */
final class Window extends ChannelOutboundHandlerAdapter {
  private long room;

  Window(long room) {
    this.room = room;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    room -= ((ByteBuf) message).readableBytes();
    if (room <= 0) {
      ctx.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    }
    ctx.write(message, promise);
  }
}
