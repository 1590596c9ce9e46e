package dev.twine.http;

import dev.twine.network.ServiceRequest.Caller;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Serves the HTTP services of a node on one connection of any kind: a TCP channel or a stream.
 *
 * <p>The last handler of its pipeline, after the codec of {@link ServiceContext#addCodec}. One
 * exchange at a time; services run on the executor of the context, never on the event loop.
 */
public final class ServiceHandler extends ChannelInboundHandlerAdapter {
  private final ServiceContext context;
  private final Caller caller;

  /**
   * For one channel.
   *
   * @param caller who is at the other end
   */
  public ServiceHandler(ServiceContext context, Caller caller) {
    this.context = context;
    this.caller = caller;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
    context.counters().refuse(Refusal.BUSY);
    ctx.close();
  }

  @Override
  public String toString() {
    return "services for " + caller.address();
  }
}
