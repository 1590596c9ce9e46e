package dev.twine.http;

import dev.twine.http.ConnectionState.Phase;
import dev.twine.network.ServiceRequest.Caller;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves the HTTP services of a node on one connection of any kind: a TCP channel or a stream.
 *
 * <p>The last handler of its pipeline, after the codec of {@link ServiceContext#addCodec} and, on a
 * listener that also upgrades, after the handler that looks for upgrades and passes every other
 * request on. A plain {@code HttpServerCodec} works too, without the strictness of ours:
 *
 * <pre>{@code
 * context.addCodec(pipeline);
 * pipeline.addLast(upgrade);
 * pipeline.addLast(new ServiceHandler(context, caller));
 * }</pre>
 *
 * <p>HTTP/1.1 with keep-alive, one exchange at a time; requests sent in advance wait in the channel.
 * Services run on the executor of the context and wait there for slow callers; the event loop never
 * does. It switches the channel's auto-read while it is in the pipeline. A caller that half-closes
 * after its request still gets the response.
 */
public final class ServiceHandler extends ChannelInboundHandlerAdapter {
  private final ServiceContext context;
  private final Caller caller;
  private final ConnectionState state;
  private boolean pumping;
  private @Nullable Exchange exchange;
  private @Nullable Future<?> timer;

  /**
   * For one channel.
   *
   * @param caller who is at the other end; rates are counted by its node ID if there is one, else by
   *     its address
   */
  public ServiceHandler(ServiceContext context, Caller caller) {
    this.context = context;
    this.caller = caller;
    this.state = new ConnectionState(context.limits(), context.nanoTime());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context.counters().opened();
    enter(Phase.IDLE);
    long nanos = context.tickNanos();
    timer =
        ctx.executor().scheduleWithFixedDelay(() -> tick(ctx), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    context.counters().closed();
    end();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      state.endInput();
      endOfInput(ctx);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    pump(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HttpObject part)) {
      ReferenceCountUtil.release(message);
    } else if (state.holdsNothing() && accepts(ctx)) {
      receive(ctx, part);
    } else {
      hold(ctx, part);
    }
  }

  /** Whether the next part has a place now; else it waits. */
  private boolean accepts(ChannelHandlerContext ctx) {
    Exchange current = exchange;
    return switch (state.phase()) {
      case IDLE -> ctx.channel().isWritable();
      case EXCHANGE -> current != null && !current.body().isComplete();
      case DRAINING, CLOSING, LINGERING -> true;
    };
  }

  private void receive(ChannelHandlerContext ctx, HttpObject part) {
    Exchange current = exchange;
    if (state.phase() == Phase.IDLE && part instanceof HttpRequest request) {
      begin(ctx, request);
    } else if (current != null && part instanceof HttpContent content) {
      receiveBody(ctx, current.body(), content);
    } else if (state.phase() == Phase.DRAINING && part instanceof HttpContent content) {
      drain(ctx, content);
    }
    ReferenceCountUtil.release(part);
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    context.counters().request();
    Decision decision = Decision.of(request, caller, context);
    if (decision instanceof Decision.Serve serve) {
      start(ctx, request, serve);
    } else if (decision instanceof Decision.Answer immediate) {
      context.counters().answer();
      boolean keepAlive = HttpUtil.isKeepAlive(request) && !RequestCheck.hasBody(request);
      answer(ctx, ShortAnswer.of(request, immediate.answer(), keepAlive), keepAlive);
    } else if (decision instanceof Decision.Refuse refused) {
      refuse(ctx, request, refused);
    }
  }

  private void start(ChannelHandlerContext ctx, HttpRequest request, Decision.Serve serve) {
    boolean hasBody = RequestCheck.hasBody(request);
    boolean waits = hasBody && HttpUtil.is100ContinueExpected(request);
    var asked = new Asked(ctx, waits);
    var body = new RequestBody(context.limits(), asked, waits, context.nanoTime());
    var outgoing = new Outgoing(ctx, context::nanoTime);
    var response = new ResponseWriter(request, outgoing, body::isWithheld, () -> sent(ctx));
    if (!hasBody) {
      body.end();
    }
    var view = new RequestView(request, serve.path(), serve.parameters(), body, caller);
    var started = new Exchange(
        new Exchange.Parts(
            serve.route().template().text(),
            serve.route().requireService(),
            view,
            body,
            response,
            outgoing),
        context,
        ctx::close);
    exchange = started;
    enter(Phase.EXCHANGE);
    if (!context.executor().tryExecute(started, () -> onLoop(ctx, () -> returned(ctx)))) {
      exchange = null;
      refuse(ctx, request, new Decision.Refuse(Refusal.BUSY, 1));
    }
  }

  private void refuse(ChannelHandlerContext ctx, HttpRequest request, Decision.Refuse refused) {
    context.counters().refuse(refused.reason());
    boolean keepAlive = !RequestCheck.endsConnection(refused.reason())
        && !RequestCheck.hasBody(request)
        && HttpUtil.isKeepAlive(request);
    answer(ctx, ShortAnswer.of(request, refused, keepAlive), keepAlive);
  }

  private void answer(ChannelHandlerContext ctx, FullHttpResponse response, boolean keepAlive) {
    enter(keepAlive ? Phase.DRAINING : Phase.CLOSING);
    ctx.writeAndFlush(response).addListener(done -> {
      if (!keepAlive) {
        linger(ctx);
      }
    });
  }

  private void receiveBody(ChannelHandlerContext ctx, RequestBody body, HttpContent content) {
    if (content.decoderResult().isFailure()) {
      body.fail(new RefusedException(Refusal.BAD_REQUEST));
      return;
    }
    boolean wantsMore = body.append(content.content(), context.nanoTime());
    if (content instanceof LastHttpContent) {
      body.end();
      wantsMore = !body.isComplete();
    }
    if (!wantsMore) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  private void drain(ChannelHandlerContext ctx, HttpContent content) {
    boolean isWorthIt = state.drain(content.content().readableBytes());
    if (content.decoderResult().isFailure() || !isWorthIt) {
      linger(ctx);
    } else if (content instanceof LastHttpContent) {
      enter(Phase.IDLE);
      pump(ctx);
    }
  }

  /** A service waits for its body: read on, and tell a caller that waits for that. */
  private void resume(ChannelHandlerContext ctx, boolean goOn) {
    Exchange current = exchange;
    if (current != null && current.body().isOpen()) {
      if (goOn && !current.isCommitted()) {
        ctx.writeAndFlush(ShortAnswer.goOn());
      }
      ctx.channel().config().setAutoRead(true);
    }
  }

  private void sent(ChannelHandlerContext ctx) {
    Exchange current = exchange;
    if (current != null) {
      current.markSent();
      finish(ctx, current);
    }
  }

  private void returned(ChannelHandlerContext ctx) {
    Exchange current = exchange;
    if (current != null) {
      current.markReturned();
      finish(ctx, current);
    }
  }

  private void finish(ChannelHandlerContext ctx, Exchange current) {
    if (!current.isOver()) {
      return;
    }
    exchange = null;
    if (state.isLast() || !current.keepsConnection()) {
      linger(ctx);
      return;
    }
    enter(current.body().isComplete() ? Phase.IDLE : Phase.DRAINING);
    pump(ctx);
  }

  /** Takes what waited, as far as it goes, and reads on when nothing waits any more. */
  private void pump(ChannelHandlerContext ctx) {
    if (pumping) {
      return;
    }
    pumping = true;
    for (HttpObject part = nextHeld(ctx); part != null; part = nextHeld(ctx)) {
      receive(ctx, part);
    }
    pumping = false;
    if (accepts(ctx) && state.phase() != Phase.EXCHANGE) {
      ctx.channel().config().setAutoRead(true);
    }
    endOfInput(ctx);
  }

  /** The caller has ended its half: what it asked for in full is answered, and then it is over. */
  private void endOfInput(ChannelHandlerContext ctx) {
    if (!state.isInputEnded() || !state.holdsNothing()) {
      return;
    }
    Exchange current = exchange;
    if (current != null && current.body().isOpen()) {
      context.counters().refuse(Refusal.BROKEN);
      current.body().fail(new RefusedException(Refusal.BROKEN));
    } else if (state.phase() == Phase.IDLE || state.phase() == Phase.DRAINING) {
      linger(ctx);
    }
  }

  private @Nullable HttpObject nextHeld(ChannelHandlerContext ctx) {
    return accepts(ctx) ? state.next() : null;
  }

  private void hold(ChannelHandlerContext ctx, HttpObject part) {
    ctx.channel().config().setAutoRead(false);
    if (state.hold(part)) {
      return;
    }
    ReferenceCountUtil.release(part);
    if (!state.isLast()) {
      state.markLast();
      context.counters().refuse(Refusal.PIPELINE);
      state.dropHeld();
      if (exchange == null) {
        linger(ctx);
      }
    }
  }

  private void linger(ChannelHandlerContext ctx) {
    if (state.phase() != Phase.LINGERING) {
      enter(Phase.LINGERING);
      state.dropHeld();
      // Written behind whatever of the response still waits.
      Farewell.after(ctx.writeAndFlush(Unpooled.EMPTY_BUFFER));
    }
  }

  private void enter(Phase next) {
    state.enter(next, context.nanoTime());
  }

  private void tick(ChannelHandlerContext ctx) {
    long now = context.nanoTime();
    Exchange current = exchange;
    if (current != null) {
      if (current.tick(now)) {
        context.counters().refuse(Refusal.STALLED);
        exchange = null;
        current.broken();
        ctx.close();
      }
      return;
    }
    if (state.isOverdue(now)) {
      if (state.phase() == Phase.IDLE) {
        linger(ctx);
      } else {
        ctx.close();
      }
    }
  }

  private void end() {
    Future<?> pending = timer;
    timer = null;
    if (pending != null) {
      pending.cancel(false);
    }
    Exchange current = exchange;
    exchange = null;
    if (current != null) {
      context.counters().refuse(Refusal.BROKEN);
      current.broken();
    }
    state.dropHeld();
  }

  /** What a service thread does when it waits for its body. */
  private final class Asked implements Runnable {
    private final ChannelHandlerContext ctx;
    private boolean goOn;

    Asked(ChannelHandlerContext ctx, boolean goOn) {
      this.ctx = ctx;
      this.goOn = goOn;
    }

    @Override
    public void run() {
      boolean isFirst = goOn;
      goOn = false;
      onLoop(ctx, () -> resume(ctx, isFirst));
    }
  }

  private static void onLoop(ChannelHandlerContext ctx, Runnable task) {
    try {
      ctx.executor().execute(task);
    } catch (RejectedExecutionException e) {
      // The loop has ended, and with it the connection.
    }
  }
}
