package dev.twine.libp2p.core.ping;

import dev.twine.libp2p.core.StreamChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * The answering side: sends whole payloads back, as often as they come, until the peer ends.
 *
 * <p>It stops reading while the peer does not take the echoes, so it holds no more than the stream's
 * write buffer.
 */
final class PingEcho extends ByteToMessageDecoder {
  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int whole = in.readableBytes() - in.readableBytes() % PingState.BYTES;
    if (whole > 0) {
      ctx.write(in.readRetainedSlice(whole));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    ctx.flush();
    if (!ctx.channel().isWritable()) {
      ctx.channel().config().setAutoRead(false);
    }
    super.channelReadComplete(ctx);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      ctx.channel().config().setAutoRead(true);
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    super.userEventTriggered(ctx, event);
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.flush();
      ctx.close();
    }
  }

  /** A reset by the peer, or its silence: nobody waits for the rest. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (ctx.channel() instanceof StreamChannel stream) {
      stream.reset();
    }
  }
}
