package dev.twine.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.jspecify.annotations.Nullable;

/** Reads a number of eight bytes and sends that many of the pattern. */
final class SourceHandler extends ChannelInboundHandlerAdapter {
  private long total;
  private int digits;
  private @Nullable TcpBlocks blocks;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    while (in.isReadable() && digits < Long.BYTES) {
      total = total << Byte.SIZE | in.readUnsignedByte();
      digits++;
    }
    in.release();
    if (digits == Long.BYTES && blocks == null) {
      blocks = new TcpBlocks(total);
      blocks.pump(ctx);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (blocks != null) {
      blocks.pump(ctx);
    }
    ctx.fireChannelWritabilityChanged();
  }

  /** Who asked has all it wanted, or gives up. */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
