package dev.twine.libp2p;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.List;

/** Sends back what it gets, as slowly as its peer reads, and ends when its peer ends. */
final class Echo implements StreamProtocol {
  static final String ID = "/test/echo/1.0.0";

  @Override
  public List<String> ids() {
    return List.of(ID);
  }

  @Override
  public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
    stream.pipeline().addLast(new Handler());
  }

  private static final class Handler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ctx.write(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      // Back-pressure is passed on: what cannot be sent is not read.
      ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        ((StreamChannel) ctx.channel()).shutdownOutput();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
