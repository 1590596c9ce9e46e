package dev.twine.libp2p.core.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Waits for the request of a WebSocket handshake, answers it, and gives way to the frames. */
final class WsServer extends ChannelInboundHandlerAdapter {
  static final String HTTP = "http";

  private final String path;
  private final Consumer<ChannelHandlerContext> upgraded;
  private @Nullable FullHttpResponse answer;
  private boolean done;

  /**
   * @param upgraded is called when the frames' handler is in place and nothing of them was read
   */
  WsServer(String path, Consumer<ChannelHandlerContext> upgraded) {
    this.path = path;
    this.upgraded = upgraded;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (done && message instanceof ByteBuf) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      if (!done && message instanceof HttpRequest request) {
        answer = WsUpgrade.answer(request, path);
      }
      FullHttpResponse ready = answer;
      if (!done && ready != null && message instanceof LastHttpContent) {
        done = true;
        answer(ctx, ready);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A port scanner's or a TLS error: nobody behind this handler knows of the channel yet.
    ctx.close();
  }

  private void answer(ChannelHandlerContext ctx, FullHttpResponse ready) {
    var written = ctx.writeAndFlush(ready);
    if (!ready.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      written.addListener(ChannelFutureListener.CLOSE);
      return;
    }
    // From here on frames go out, while what comes in still has to pass the decoder.
    ctx.pipeline().get(HttpServerCodec.class).removeOutboundHandler();
    ctx.pipeline().addLast(new WsBytes(false));
    upgraded.accept(ctx);
    // What came behind the request leaves the HTTP codec here.
    ctx.pipeline().remove(HTTP);
    ctx.pipeline().remove(this);
  }
}
