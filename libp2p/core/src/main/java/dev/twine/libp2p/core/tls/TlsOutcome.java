package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodePublicKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
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
  /** How the JDK says what a peer has said; from 25 on the name of the alert stands before it. */
  private static final String ALERT = "Received fatal alert";

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
      if (event instanceof SslCloseCompletionEvent) {
        // The peer sends no more, and libp2p knows no half of a connection.
        ctx.close();
      }
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
      ctx.fireExceptionCaught(broken(String.valueOf(root.getMessage()), root));
      ctx.close();
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  /** A server's refusal of the client reaches it when its own handshake is over: by an alert. */
  private static Libp2pException broken(String why, Throwable cause) {
    if (why.contains(ALERT)) {
      return new Libp2pException(
          FailureReason.RESET_BY_PEER,
          "the remote side ended the TLS connection",
          why,
          "look for the reason on the other side; it may not accept this peer",
          cause);
    }
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR,
        "the TLS connection broke",
        why,
        "connect again; the bytes were changed on the way or the remote side is faulty",
        cause);
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
    if (!admitted()) {
      return;
    }
    limit.lift(ctx);
    String protocol = engine.getApplicationProtocol();
    String muxer = request.muxers().contains(protocol) ? protocol : null;
    secured.trySuccess(
        new SecuredPeer(key, key.nodeId(), muxer, Exporter.binding(engine.getSession())));
  }

  /** Whoever demands an offer has to learn that TLS brought none. */
  private boolean admitted() {
    try {
      request.offered(new byte[0]);
      return true;
    } catch (Libp2pException refusal) {
      secured.tryFailure(refusal);
      return false;
    }
  }

  static Libp2pException noRoom(RejectedExecutionException cause) {
    return new Libp2pException(
        FailureReason.LIMIT,
        "no room for another handshake",
        "the executor for signatures is full",
        "try again later",
        cause);
  }

  private void fail(@Nullable Throwable cause) {
    if (secured.isDone()) {
      return;
    }
    Libp2pException refusal = trust.refusal();
    if (refusal != null) {
      secured.tryFailure(refusal);
    } else if (cause instanceof RejectedExecutionException full) {
      secured.tryFailure(noRoom(full));
    } else {
      String why = cause == null ? "the remote side closed the connection" : cause.getMessage();
      secured.tryFailure(TlsProtocol.bad(String.valueOf(why), cause));
    }
  }
}
