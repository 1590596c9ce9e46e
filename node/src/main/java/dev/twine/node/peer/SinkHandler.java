package dev.twine.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.concurrent.atomic.LongAdder;

/** Compares every byte with the pattern and answers the end with their number; a wrong one ends it. */
final class SinkHandler extends ChannelInboundHandlerAdapter {
  private final LongAdder total;
  private long count;

  SinkHandler(LongAdder total) {
    this.total = total;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    boolean right = Pattern.matches(count, in);
    count += in.readableBytes();
    total.add(in.readableBytes());
    in.release();
    if (!right) {
      ctx.close(); // No count: the sender sees that something was wrong.
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && ctx.channel().isActive()) {
      ctx.writeAndFlush(ctx.alloc().buffer(Long.BYTES).writeLong(count));
      Reply.endOutput(ctx);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
