package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Promise;
import java.util.function.Consumer;

/** Asks for a WebSocket, judges the answer, and gives way to the frames. */
final class WsClient extends WsHandshake {
  private final StreamAddress address;
  private final Promise<Channel> promise;
  private final String key = WsUpgrade.newKey();
  private boolean sent;

  WsClient(
      StreamAddress address, Promise<Channel> promise, Consumer<ChannelHandlerContext> upgraded) {
    super(upgraded);
    this.address = address;
    this.promise = promise;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!address.tls()) {
      send(ctx);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls) {
      if (tls.isSuccess()) {
        send(ctx);
      } else {
        fail("TLS: " + tls.cause().getMessage());
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  void received(ChannelHandlerContext ctx, HttpMessage message) {
    String wrong =
        message instanceof HttpResponse answer && answer.decoderResult().isSuccess()
            ? WsUpgrade.judge(answer, key)
            : "an answer that is no HTTP";
    if (wrong != null) {
      fail(wrong);
    } else if (!promise.isDone()) {
      giveWay(ctx, HttpClientCodec.class, new WsBytes(true));
      promise.trySuccess(ctx.channel());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(String.valueOf(cause.getMessage()));
  }

  private void send(ChannelHandlerContext ctx) {
    if (!sent) {
      sent = true;
      ctx.writeAndFlush(WsUpgrade.request(address, key));
    }
  }

  private void fail(String why) {
    stop();
    promise.tryFailure(new Libp2pException(
        FailureReason.DIAL_FAILED,
        "the peer gave no WebSocket",
        address.host() + ":" + address.port() + address.path() + " (" + why + ")",
        "check that a libp2p node listens there"));
  }
}
