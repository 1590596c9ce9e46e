package dev.twine.libp2p.core.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Makes the connection full after so many bytes, until opened again. */
final class Gate extends ChannelOutboundHandlerAdapter {
  private final int limit;
  private int passed;

  Gate(int limit) {
    this.limit = limit;
  }

  void open(Link.End end) {
    passed = 0;
    end.writable(true);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    passed += ((ByteBuf) message).readableBytes();
    ctx.write(message, promise);
    if (passed >= limit) {
      ctx.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    }
  }
}
