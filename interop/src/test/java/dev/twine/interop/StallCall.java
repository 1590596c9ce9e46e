package dev.twine.interop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Writes to a reader that does not read for a while, and checks its receipt. */
final class StallCall extends ChannelInboundHandlerAdapter {
  private static final int RECEIPT_BYTES = 8 + 32;

  private final Pattern pattern;
  private final ByteBuf receipt = Unpooled.buffer(RECEIPT_BYTES, RECEIPT_BYTES);
  private final CompletableFuture<Long> finished = new CompletableFuture<>();

  StallCall(long bytes) {
    pattern = new Pattern(bytes);
  }

  long written() {
    return pattern.written();
  }

  CompletableFuture<Long> finished() {
    return finished;
  }

  /** Starts to write; on the event loop. */
  void begin(ChannelHandlerContext context) {
    pattern.write(context);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    pattern.write(context);
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    try {
      receipt.writeBytes(data);
    } finally {
      data.release();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ByteBuf wanted =
          Unpooled.buffer(RECEIPT_BYTES).writeLong(pattern.written()).writeBytes(pattern.digest());
      if (Arrays.equals(ByteBufUtil.getBytes(wanted), ByteBufUtil.getBytes(receipt))) {
        finished.complete(pattern.written());
      } else {
        finished.completeExceptionally(new PeerFailure("count or digest differs", null));
      }
      context.close();
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    finished.completeExceptionally(new PeerFailure("the stream was closed", null));
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    finished.completeExceptionally(cause);
    context.close();
  }
}
