package dev.twine.interop;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;

/** Waits for the peer to reset the stream and keeps what this side was told. */
final class ResetCall extends ChannelInboundHandlerAdapter {
  private final CompletableFuture<String> outcome = new CompletableFuture<>();

  CompletableFuture<String> outcome() {
    return outcome;
  }

  /** Sends the byte at which the peer resets; on the event loop. */
  void begin(ChannelHandlerContext context) {
    context.writeAndFlush(context.alloc().buffer(1).writeByte(1));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
    outcome.completeExceptionally(new PeerFailure("no reset but a byte", null));
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      outcome.completeExceptionally(new PeerFailure("no reset but an end", null));
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    outcome.complete(String.valueOf(cause.getMessage()));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    outcome.completeExceptionally(new PeerFailure("closed without a reason", null));
    context.fireChannelInactive();
  }
}
