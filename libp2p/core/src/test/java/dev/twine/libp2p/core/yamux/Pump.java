package dev.twine.libp2p.core.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Random;
import java.util.zip.CRC32C;

/** Writes a number of random bytes as the stream allows, then ends its half. */
final class Pump extends ChannelInboundHandlerAdapter {
  final CRC32C checksum = new CRC32C();
  private final Random random;
  private final int chunk;
  long left;

  Pump(long seed, long bytes, int chunk) {
    this.random = new Random(seed);
    this.left = bytes;
    this.chunk = chunk;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isRegistered()) {
      write(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    write(ctx);
    ctx.fireChannelActive();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    write(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  private void write(ChannelHandlerContext ctx) {
    while (left > 0 && ctx.channel().isWritable()) {
      var bytes = new byte[(int) Math.min(left, chunk)];
      random.nextBytes(bytes);
      checksum.update(bytes, 0, bytes.length);
      left -= bytes.length;
      ByteBuf data = ctx.alloc().buffer(bytes.length).writeBytes(bytes);
      ctx.writeAndFlush(data);
      if (left == 0) {
        ((YamuxStream) ctx.channel()).shutdownOutput();
      }
    }
  }
}
