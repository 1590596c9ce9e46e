package dev.twine.libp2p.core.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;

/** Runs an action when the channel is active and before anything is read, and leaves. */
final class WhenActive extends ChannelInboundHandlerAdapter {
  private final Consumer<ChannelHandlerContext> action;

  WhenActive(Consumer<ChannelHandlerContext> action) {
    this.action = action;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    // Handlers that the action adds find an active channel and get no event for it.
    action.accept(ctx);
    ctx.pipeline().remove(this);
  }
}
