package dev.twine.libp2p.core.transport;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import java.util.function.Consumer;

/** Waits for the request of a WebSocket handshake, answers it, and gives way to the frames. */
final class WsServer extends WsHandshake {
  private final String path;

  WsServer(String path, Consumer<ChannelHandlerContext> upgraded) {
    super(upgraded);
    this.path = path;
  }

  @Override
  void received(ChannelHandlerContext ctx, HttpMessage message) {
    if (!(message instanceof HttpRequest request)) {
      ctx.close();
      return;
    }
    FullHttpResponse answer = WsUpgrade.answer(request, path);
    var written = ctx.writeAndFlush(answer);
    if (answer.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      giveWay(ctx, HttpServerCodec.class, new WsBytes(false));
    } else {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A port scanner's or a TLS error: nobody behind this handler knows of the channel yet.
    ctx.close();
  }
}
