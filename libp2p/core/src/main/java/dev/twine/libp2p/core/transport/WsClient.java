package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks for a WebSocket, judges the answer, and gives way to the frames. */
final class WsClient extends ChannelInboundHandlerAdapter {
  static final String HTTP = "http";

  private final StreamAddress address;
  private final Promise<Channel> promise;
  private final Consumer<ChannelHandlerContext> upgraded;
  private final String key = WsUpgrade.newKey();
  private @Nullable HttpResponse answer;
  private boolean sent;
  private boolean done;

  WsClient(
      StreamAddress address, Promise<Channel> promise, Consumer<ChannelHandlerContext> upgraded) {
    this.address = address;
    this.promise = promise;
    this.upgraded = upgraded;
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
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (done && message instanceof ByteBuf) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      if (!done && message instanceof HttpResponse head) {
        answer = head;
      }
      HttpResponse ready = answer;
      if (!done && ready != null && message instanceof LastHttpContent) {
        done = true;
        judge(ctx, ready);
      }
    } finally {
      ReferenceCountUtil.release(message);
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

  private void judge(ChannelHandlerContext ctx, HttpResponse ready) {
    String wrong = ready.decoderResult().isFailure()
        ? "an answer that is no HTTP"
        : WsUpgrade.judge(ready, key);
    if (wrong != null) {
      fail(wrong);
      return;
    }
    if (promise.isDone()) {
      return;
    }
    // From here on frames go out, while what comes in still has to pass the decoder.
    ctx.pipeline().get(HttpClientCodec.class).removeOutboundHandler();
    ctx.pipeline().addLast(new WsBytes(true));
    upgraded.accept(ctx);
    ctx.pipeline().remove(HTTP);
    ctx.pipeline().remove(this);
    promise.trySuccess(ctx.channel());
  }

  private void fail(String why) {
    done = true;
    promise.tryFailure(new Libp2pException(
        FailureReason.DIAL_FAILED,
        "the peer gave no WebSocket",
        address.host() + ":" + address.port() + address.path() + " (" + why + ")",
        "check that a libp2p node listens there"));
  }
}
