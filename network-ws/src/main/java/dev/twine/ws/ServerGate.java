package dev.twine.ws;

import dev.twine.http.ServiceContext;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the HTTP codec of every accepted connection and decides what it is: a gossip upgrade,
 * a health check, or a caller of services. Until it knows, the connection is on a deadline.
 *
 * <p>Each connection that is turned away is counted once, under the reason that came first; one whose
 * other end leaves by itself is not.
 */
final class ServerGate extends ChannelInboundHandlerAdapter {
  /** The label of handshakes that found no thread to compute on. */
  static final String HANDSHAKES_FULL = "handshakes";

  private static final String STATUS = "/status";

  private enum State {
    UNDECIDED,
    SERVICES,
    UPGRADE,
    ENDED
  }

  private final Reception reception;
  private final Consumer<ChannelHandlerContext> services;
  private final ChannelGroup others;

  private State state = State.UNDECIDED;
  private Reception.Slot slot = Reception.Slot.NONE;
  private @Nullable Future<?> deadline;
  private @Nullable ServerUpgrade upgrade;

  /**
   * @param services adds the handlers that answer services behind the given one
   * @param others the connections that are no sessions
   */
  ServerGate(Reception reception, Consumer<ChannelHandlerContext> services, ChannelGroup others) {
    this.reception = reception;
    this.services = services;
    this.others = others;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    long nanos = reception.context().limits().sessions().handshake().toNanos();
    deadline =
        ctx.executor().schedule(() -> cut(ctx, "slow-handshake"), nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    settle(ctx);
    abandonUpgrade();
    if (slot != Reception.Slot.NONE) {
      slot = Reception.Slot.NONE;
      reception.leaveHttp();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request && state != State.ENDED) {
      request(ctx, request);
    } else if (state == State.SERVICES) {
      ctx.fireChannelRead(message);
    } else {
      ReferenceCountUtil.release(message);
      if (state == State.UPGRADE && upgrade != null) {
        upgrade(ctx, upgrade, message instanceof LastHttpContent);
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Reception.EVICTED) {
      cut(ctx, "pending-handshakes");
    } else if (event instanceof SslHandshakeCompletionEvent tls && !tls.isSuccess()) {
      noTls(ctx, tls.cause());
    }
    ctx.fireUserEventTriggered(event);
  }

  /** The handler of TLS sends the alert and closes. */
  private void noTls(ChannelHandlerContext ctx, Throwable cause) {
    if (ctx.channel().isActive() && !isDecided()) {
      boolean full = cause instanceof RejectedExecutionException
          || cause.getCause() instanceof RejectedExecutionException;
      count(ctx, full ? HANDSHAKES_FULL : "tls-handshake");
      end(ctx);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (state == State.SERVICES) {
      ctx.fireExceptionCaught(cause);
    } else if (state != State.ENDED) {
      ctx.close();
    }
  }

  private void request(ChannelHandlerContext ctx, HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      ReferenceCountUtil.release(request);
      Throwable cause = request.decoderResult().cause();
      if (!(cause instanceof PrematureChannelClosureException)) {
        refuse(ctx, malformed(cause));
      }
      return;
    }
    String networkId = ServerHandshake.networkId(request.uri());
    if (networkId != null && state == State.UNDECIDED) {
      upgrade = new ServerUpgrade(reception, ctx.channel());
      Refusal refusal = upgrade.judge(networkId, request);
      state = State.UPGRADE;
      if (refusal != null) {
        refuse(ctx, refusal);
      }
      ReferenceCountUtil.release(request);
    } else if (networkId != null || state == State.UPGRADE) {
      // An answer to an earlier request may be under way: nothing can be said in between.
      ReferenceCountUtil.release(request);
      count(ctx, "late-upgrade");
      end(ctx);
      ctx.close();
    } else {
      serve(ctx, request);
    }
  }

  private void serve(ChannelHandlerContext ctx, HttpRequest request) {
    if (state == State.UNDECIDED) {
      slot = reception.enterHttp();
      if (STATUS.equals(request.uri()) && slot != Reception.Slot.NONE) {
        ReferenceCountUtil.release(request);
        reply(ctx, new HttpReply(200, "ok", 0));
        return;
      }
      if (slot != Reception.Slot.ANY) {
        ReferenceCountUtil.release(request);
        refuse(ctx, new Refusal(503, "", "http-connections"));
        return;
      }
      settle(ctx);
      state = State.SERVICES;
      services.accept(ctx);
    }
    ctx.fireChannelRead(request);
  }

  private void upgrade(ChannelHandlerContext ctx, ServerUpgrade accepted, boolean requestEnded) {
    if (!requestEnded) {
      accepted.tooEarly();
      return;
    }
    // What the client sent behind its request comes out of the codec here, and back to this class.
    ctx.pipeline().remove(ServiceContext.DECODER);
    ctx.pipeline().remove(ServiceContext.ENCODER);
    CompletableFuture<Optional<Refusal>> identified = accepted.identify();
    if (identified.isDone()) {
      answer(ctx, accepted, identified.join());
    } else {
      identified.thenAcceptAsync(refusal -> answer(ctx, accepted, refusal), ctx.executor());
    }
  }

  private void answer(
      ChannelHandlerContext ctx, ServerUpgrade accepted, Optional<Refusal> refusal) {
    if (upgrade != accepted) {
      return;
    }
    if (accepted.isTooEarly()) {
      refuse(ctx, new Refusal(400, "frames before the answer to the upgrade", "early-frames"));
      return;
    }
    if (refusal.isPresent()) {
      refuse(ctx, refusal.get());
      return;
    }
    upgrade = null;
    end(ctx);
    others.remove(ctx.channel());
    accepted.complete(ctx);
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  private static Refusal malformed(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return new Refusal(414, "", "request-line");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new Refusal(431, "", "header-size");
    }
    return new Refusal(400, "", "malformed-request");
  }

  /** Ends a connection without an answer, unless it has said in time what it wants. */
  private void cut(ChannelHandlerContext ctx, String reason) {
    if (!isDecided()) {
      count(ctx, reason);
      end(ctx);
      ctx.close();
    }
  }

  private boolean isDecided() {
    return state == State.SERVICES || state == State.ENDED;
  }

  private void refuse(ChannelHandlerContext ctx, Refusal refusal) {
    if (refusal.reason() != null) {
      count(ctx, refusal.reason());
    }
    reply(ctx, HttpReply.of(refusal));
  }

  private void count(ChannelHandlerContext ctx, String reason) {
    reception.context().refused(String.valueOf(ctx.channel().remoteAddress()), reason);
  }

  private void reply(ChannelHandlerContext ctx, HttpReply reply) {
    end(ctx);
    var codec = ctx.pipeline().context(ServiceContext.DECODER);
    reply.send(codec == null ? ctx : codec);
  }

  private void end(ChannelHandlerContext ctx) {
    state = State.ENDED;
    abandonUpgrade();
    settle(ctx);
  }

  private void abandonUpgrade() {
    if (upgrade != null) {
      upgrade.abandon();
      upgrade = null;
    }
  }

  private void settle(ChannelHandlerContext ctx) {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
    reception.settle(ctx.channel());
  }
}
