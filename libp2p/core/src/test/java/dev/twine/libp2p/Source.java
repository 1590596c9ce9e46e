package dev.twine.libp2p;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/** Writes that many random bytes, as fast as its stream is writable, and ends its half. */
final class Source extends ChannelInboundHandlerAdapter {
  private static final int CHUNK = 20_000;

  private final Random random;
  private final CRC32 checksum = new CRC32();
  private final AtomicLong left;
  private boolean ended;

  Source(long bytes, long seed) {
    this.left = new AtomicLong(bytes);
    this.random = new Random(seed);
  }

  /** Of all bytes, once they are written. */
  long checksum() {
    return checksum.getValue();
  }

  /** Bytes that are not written yet. */
  long left() {
    return left.get();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.executor().execute(() -> pump(ctx));
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    pump(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  private void pump(ChannelHandlerContext ctx) {
    while (left.get() > 0 && ctx.channel().isWritable()) {
      byte[] chunk = new byte[(int) Math.min(CHUNK, left.get())];
      random.nextBytes(chunk);
      checksum.update(chunk);
      left.addAndGet(-chunk.length);
      ByteBuf part = ctx.alloc().buffer(chunk.length).writeBytes(chunk);
      ctx.writeAndFlush(part);
    }
    if (left.get() == 0 && !ended) {
      ended = true;
      ((DuplexChannel) ctx.channel()).shutdownOutput();
    }
  }
}
