package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodePublicKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the TLS records: tells how the handshake ended, and translates what breaks later.
 */
final class TlsOutcome extends ChannelInboundHandlerAdapter {
  private final SecureRequest request;
  private final SSLEngine engine;
  private final PeerTrust trust;
  private final HandshakeByteLimit limit;
  private final Promise<SecuredPeer> secured;

  TlsOutcome(
      SecureRequest request,
      SSLEngine engine,
      PeerTrust trust,
      HandshakeByteLimit limit,
      Promise<SecuredPeer> secured) {
    this.request = request;
    this.engine = engine;
    this.trust = trust;
    this.limit = limit;
    this.secured = secured;
    boolean ours = secured.setUncancellable();
    assert ours;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      if (completion.isSuccess()) {
        succeed(ctx);
      } else {
        fail(completion.cause());
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable root =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (!secured.isDone()) {
      fail(root);
    } else if (!secured.isSuccess()) {
      return;
    } else if (root instanceof SSLException) {
      ctx.fireExceptionCaught(new Libp2pException(
          FailureReason.PROTOCOL_ERROR,
          "the TLS connection broke",
          String.valueOf(root.getMessage()),
          "connect again; the bytes were changed on the way or the remote side is faulty",
          root));
      ctx.close();
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(null);
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    fail(null);
  }

  private void succeed(ChannelHandlerContext ctx) {
    NodePublicKey key = trust.proven();
    if (key == null) {
      fail(null);
      ctx.close();
      return;
    }
    limit.lift(ctx);
    String protocol = engine.getApplicationProtocol();
    String muxer = request.muxers().contains(protocol) ? protocol : null;
    secured.trySuccess(
        new SecuredPeer(key, key.nodeId(), muxer, Exporter.binding(engine.getSession())));
  }

  private void fail(@Nullable Throwable cause) {
    if (secured.isDone()) {
      return;
    }
    Libp2pException refusal = trust.refusal();
    if (refusal != null) {
      secured.tryFailure(refusal);
    } else if (cause instanceof RejectedExecutionException) {
      secured.tryFailure(new Libp2pException(
          FailureReason.LIMIT,
          "no room for another handshake",
          "the executor for signatures is full",
          "try again later",
          cause));
    } else {
      String why = cause == null ? "the remote side closed the connection" : cause.getMessage();
      secured.tryFailure(TlsProtocol.bad(String.valueOf(why), cause));
    }
  }
}
