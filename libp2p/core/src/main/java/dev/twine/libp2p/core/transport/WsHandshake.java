package dev.twine.libp2p.core.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One end of a WebSocket handshake: waits for the other end's message, and gives way to frames. */
abstract class WsHandshake extends ChannelInboundHandlerAdapter {
  /** The name of the codec. */
  static final String HTTP = "http";

  private final Consumer<ChannelHandlerContext> upgraded;
  private @Nullable HttpMessage head;
  private boolean done;

  /**
   * @param upgraded is called when the frames' handler is in place and nothing of them was read
   */
  WsHandshake(Consumer<ChannelHandlerContext> upgraded) {
    this.upgraded = upgraded;
  }

  /** The message has come to its end; there is one at most. */
  abstract void received(ChannelHandlerContext ctx, HttpMessage message);

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object message) {
    if (done && message instanceof ByteBuf) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      if (!done && message instanceof HttpMessage first) {
        head = first;
      }
      HttpMessage ready = head;
      if (!done && ready != null && message instanceof LastHttpContent) {
        done = true;
        received(ctx, ready);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** Whatever comes is of no interest any more. */
  final void stop() {
    done = true;
  }

  final void giveWay(
      ChannelHandlerContext ctx,
      Class<? extends CombinedChannelDuplexHandler<?, ?>> codec,
      WsBytes frames) {
    // From here on frames go out, while what comes in still has to pass the decoder.
    ctx.pipeline().get(codec).removeOutboundHandler();
    ctx.pipeline().addLast(frames);
    upgraded.accept(ctx);
    // What came behind the message leaves the HTTP codec here.
    ctx.pipeline().remove(HTTP);
    ctx.pipeline().remove(this);
  }
}
