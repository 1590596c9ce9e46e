package dev.twine.libp2p.core.tls;

import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the place of the TLS handlers while their engine is made: a client's key shares are computed
 * with it, so that happens on the executor. Meanwhile nothing is read; what comes all the same, in
 * the read that brought the end of the negotiation, is kept for the engine.
 */
final class TlsStart extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(TlsStart.class);

  private final Executor crypto;
  private final Supplier<SSLEngine> engine;
  private final BiConsumer<ChannelHandlerContext, SSLEngine> install;
  private final Promise<SecuredPeer> secured;
  private final ArrayDeque<ByteBuf> kept = new ArrayDeque<>();
  private int keptBytes;
  private boolean readHeld;
  private boolean over;

  /**
   * @param engine is asked on the executor
   * @param install puts the handlers in place behind this one, on the event loop
   */
  TlsStart(
      Executor crypto,
      Supplier<SSLEngine> engine,
      BiConsumer<ChannelHandlerContext, SSLEngine> install,
      Promise<SecuredPeer> secured) {
    this.crypto = crypto;
    this.engine = engine;
    this.install = install;
    this.secured = secured;
    boolean ours = secured.setUncancellable();
    assert ours;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    try {
      crypto.execute(() -> make(ctx));
    } catch (RejectedExecutionException full) {
      fail(TlsOutcome.noRoom(full));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (over || !(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    kept.add(bytes);
    keptBytes += bytes.readableBytes();
    if (keptBytes > HandshakeByteLimit.MAX_BYTES) {
      fail(TlsProtocol.bad("more than " + HandshakeByteLimit.MAX_BYTES + " bytes at once", null));
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (over) {
      ctx.read();
    } else {
      readHeld = true;
    }
  }

  /** Nothing may go out in the clear because somebody was too early. */
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (over && !secured.isDone()) {
      // The handlers that were just put behind this one begin.
      ctx.write(message, promise);
      return;
    }
    ReferenceCountUtil.release(message);
    promise.tryFailure(new IllegalStateException("the connection is not secured yet"));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(TlsProtocol.bad("the remote side closed the connection", null));
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (!over) {
      fail(TlsProtocol.bad("the handshake was taken out of the pipeline", null));
    }
  }

  /** On the executor. */
  private void make(ChannelHandlerContext ctx) {
    Runnable next;
    try {
      SSLEngine made = engine.get();
      next = () -> go(ctx, made);
    } catch (RuntimeException e) {
      next = () -> fail(TlsProtocol.bad(String.valueOf(e.getMessage()), e));
    }
    try {
      ctx.executor().execute(next);
    } catch (RejectedExecutionException e) {
      LOG.debug("the event loop ended before a handshake began", e);
    }
  }

  private void go(ChannelHandlerContext ctx, SSLEngine made) {
    if (over) {
      return;
    }
    over = true;
    install.accept(ctx, made);
    boolean any = !kept.isEmpty();
    for (ByteBuf bytes = kept.poll(); bytes != null; bytes = kept.poll()) {
      ctx.fireChannelRead(bytes);
    }
    if (any) {
      ctx.fireChannelReadComplete();
    }
    ctx.pipeline().remove(this);
    if (readHeld || ctx.channel().config().isAutoRead()) {
      ctx.channel().read();
    }
  }

  private void fail(Libp2pException reason) {
    over = true;
    kept.forEach(ByteBuf::release);
    kept.clear();
    secured.tryFailure(reason);
  }
}
