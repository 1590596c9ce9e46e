package dev.twine.libp2p.core.multistream;

import dev.twine.libp2p.core.Libp2pException;
import io.netty.channel.ChannelHandlerContext;

/** How a negotiation ends: one of the two, once, on the event loop. */
public interface NegotiationOutcome {
  /**
   * Both sides agree. Handlers that are added here behind the negotiating one, with {@code
   * ctx.pipeline().addLast} or {@code addAfter(ctx.name(), ...)}, get the bytes that came right
   * behind the answer, in the same turn of the loop; then the negotiating handler is gone. What is
   * written here follows the answer, in one flush. An exception ends the stream.
   */
  void selected(ChannelHandlerContext ctx, String protocol);

  /** No agreement. Afterwards the handler resets the stream, or closes the connection. */
  void failed(ChannelHandlerContext ctx, Libp2pException reason);
}
