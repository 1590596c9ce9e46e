package dev.twine.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.PromiseNotifier;
import java.util.function.Supplier;

/**
 * Gives a stream up when it is closed before this side has ended its half. On channels whose close is
 * orderly, the other end would else take what it has got of a message for all of it, and what is
 * queued would still be sent.
 *
 * <p>For one channel, in front of the handlers that close it.
 */
public final class ResetOnClose extends ChannelOutboundHandlerAdapter {
  private final Supplier<ChannelFuture> reset;

  /**
   * For one channel.
   *
   * @param reset gives it up without asking its pipeline; called on its event loop
   */
  public ResetOnClose(Supplier<ChannelFuture> reset) {
    this.reset = reset;
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (ctx.channel() instanceof DuplexChannel both && both.isOutputShutdown()) {
      ctx.close(promise);
    } else {
      PromiseNotifier.cascade(reset.get(), promise);
    }
  }
}
