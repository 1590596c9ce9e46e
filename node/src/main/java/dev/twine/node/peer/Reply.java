package dev.twine.node.peer;

import dev.twine.libp2p.core.StreamChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the dialling handlers have in common: they begin when the stream is active, compare what
 * comes with the pattern, and have a result that fails with the stream.
 *
 * @param <T> the result; Long is a count of what was checked
 */
abstract class Reply<T> extends ChannelInboundHandlerAdapter {
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private boolean begun;

  /** Completes on the stream's event loop, or fails with what went wrong. */
  final CompletableFuture<T> result() {
    return result;
  }

  /** The stream can be written to. Once. */
  abstract void begin(ChannelHandlerContext ctx);

  /** Takes what came; the buffer is released afterwards. */
  abstract void received(ChannelHandlerContext ctx, ByteBuf in);

  /** The other end sends no more. */
  abstract void ended(ChannelHandlerContext ctx);

  /** Ends this side's half behind what is written; the second half to end closes a bare socket. */
  static void endOutput(ChannelHandlerContext ctx) {
    DuplexChannel channel = (DuplexChannel) ctx.channel();
    if (channel instanceof StreamChannel) {
      channel.shutdownOutput();
      return;
    }
    // A socket's own end does not wait for what is queued.
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
      if (channel.isInputShutdown()) {
        channel.close();
      } else {
        channel.shutdownOutput();
      }
    });
  }

  /** Completes the result exceptionally unless the failure is null. */
  final void failIf(@Nullable Throwable failure) {
    if (failure != null) {
      result.completeExceptionally(failure);
    }
  }

  final void succeed(ChannelHandlerContext ctx, T value) {
    result.complete(value);
    ctx.close();
  }

  final void fail(ChannelHandlerContext ctx, String what) {
    result.completeExceptionally(new IllegalStateException(what));
    ctx.close();
  }

  @Override
  public final void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      beginOnce(ctx);
    }
  }

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    beginOnce(ctx);
    ctx.fireChannelActive();
  }

  private void beginOnce(ChannelHandlerContext ctx) {
    if (!begun) {
      begun = true;
      begin(ctx);
    }
  }

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      if (!result.isDone()) {
        received(ctx, in);
      }
    } finally {
      in.release();
    }
  }

  @Override
  public final void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && !result.isDone()) {
      ended(ctx);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    result.completeExceptionally(cause);
    ctx.close();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    result.completeExceptionally(new IllegalStateException("the stream ended early"));
    ctx.fireChannelInactive();
  }
}
