package dev.twine.libp2p;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/** Counts and checksums what comes in, until the peer ends its half or the stream breaks. */
final class Collector extends ChannelInboundHandlerAdapter {
  private final CRC32 checksum = new CRC32();
  private final CompletableFuture<Long> ended = new CompletableFuture<>();
  private final AtomicLong bytes = new AtomicLong();

  long bytes() {
    return bytes.get();
  }

  /** Completes with the checksum of all bytes. */
  CompletableFuture<Long> ended() {
    return ended;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf part = (ByteBuf) message;
    bytes.addAndGet(part.readableBytes());
    checksum.update(part.nioBuffer());
    part.release();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ended.complete(checksum.getValue());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended.completeExceptionally(new IllegalStateException("closed before the end"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ended.completeExceptionally(cause);
  }
}
