package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.Intake;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;

/** Tells the intake that a listener could not accept. */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private final Intake intake;

  AcceptFailures(Intake intake) {
    this.intake = intake;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException failure) {
      // Not passed on: the bootstrap would pause the listener by a rule of its own.
      intake.acceptFailed(ctx.channel(), failure);
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }
}
