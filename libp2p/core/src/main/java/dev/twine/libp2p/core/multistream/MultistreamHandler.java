package dev.twine.libp2p.core.multistream;

import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.ReadingStopped;
import dev.twine.libp2p.core.StreamChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The part of a negotiation that both sides share: lines out of bytes, the deadline, and the end.
 *
 * <p>Serves connections (security, multiplexer) and streams alike. It holds no more of the input
 * than one incomplete line, reads on while {@code autoRead} is off, and passes on what follows the
 * agreement before it removes itself.
 */
abstract class MultistreamHandler extends ChannelDuplexHandler {
  final Negotiation negotiation;
  private final NegotiationOutcome outcome;

  /** What is read and not yet a line. */
  private @Nullable ByteBuf pending;

  private @Nullable Future<?> timer;
  private boolean decided;
  private boolean failed;

  MultistreamHandler(Negotiation negotiation, NegotiationOutcome outcome) {
    this.negotiation = negotiation;
    this.outcome = outcome;
  }

  /** Begins, once the channel is active. */
  abstract void begin(ChannelHandlerContext ctx);

  /** Takes a line and says what follows from it. */
  abstract Step received(String line);

  /** Comes before every line that this side sends in answer. */
  void answering(ChannelHandlerContext ctx) {}

  /** Writes the answer to an agreement, if this side gives one. */
  void confirm(ChannelHandlerContext ctx, String protocol) {}

  /** Whether the handlers behind want no more input. */
  boolean isAbandoned() {
    return false;
  }

  /** Whether an end of the input means that there is no common protocol. */
  abstract boolean isRefused();

  /** What the other side said that it speaks, or asked for. */
  abstract List<String> theirs();

  /** Whether handlers behind this one are in use before the agreement. */
  abstract boolean isOptimistic();

  final boolean isDecided() {
    return decided;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      start(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    start(ctx);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (failed) {
      ReferenceCountUtil.release(message);
    } else if (decided || !(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
    } else {
      pending = pending == null
          ? bytes
          : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending, bytes);
      pump(ctx);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!decided && !ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!decided && event instanceof ReadingStopped stopped) {
      stopped(ctx, stopped);
      return;
    }
    if (!decided && event instanceof ChannelInputShutdownEvent) {
      fail(ctx, ended("the remote side ended its half of the stream", null));
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (decided) {
      ctx.fireExceptionCaught(cause);
    } else {
      fail(ctx, ended(String.valueOf(cause.getMessage()), cause));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!decided) {
      fail(ctx, ended("closed", null));
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    decided = true;
    release();
  }

  /** Ends the negotiation without agreement; what still comes in is dropped. */
  final void fail(ChannelHandlerContext ctx, Libp2pException reason) {
    decided = true;
    failed = true;
    release();
    outcome.failed(ctx, reason);
    if (isOptimistic()) {
      ctx.fireExceptionCaught(reason);
    }
    if (ctx.channel() instanceof StreamChannel stream) {
      stream.reset();
    } else {
      ctx.close();
    }
  }

  final void armDeadline(ChannelHandlerContext ctx) {
    long nanos = negotiation.deadline().toNanos();
    if (nanos > 0 && !decided && timer == null) {
      timer = ctx.executor().schedule(() -> expire(ctx), nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Sends a line; who called flushes. */
  static void write(ChannelHandlerContext ctx, String line) {
    ByteBuf out = ctx.alloc().buffer();
    Line.write(out, line);
    ctx.write(out);
  }

  private void start(ChannelHandlerContext ctx) {
    begin(ctx);
    if (!ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
  }

  private void pump(ChannelHandlerContext ctx) {
    try {
      while (!decided && pending != null) {
        String line = Line.read(pending);
        if (line == null) {
          break;
        }
        follow(ctx, received(line));
      }
    } catch (Libp2pException e) {
      fail(ctx, unreadable(e));
    }
    if (pending != null && !pending.isReadable()) {
      pending.release();
      pending = null;
    }
  }

  /** What input that breaks a limit or the format leads to. */
  Libp2pException unreadable(Libp2pException cause) {
    negotiation.refusals().count(limit());
    return cause;
  }

  /** The limit that a malformed input breaks. */
  String limit() {
    return Negotiation.LINE;
  }

  private void follow(ChannelHandlerContext ctx, Step step) {
    if (step instanceof Step.Send send) {
      answering(ctx);
      write(ctx, send.line());
      ctx.flush();
    } else if (step instanceof Step.SendList) {
      answering(ctx);
      ByteBuf out = ctx.alloc().buffer();
      Line.writeList(out, negotiation.protocols());
      ctx.writeAndFlush(out);
    } else if (step instanceof Step.Selected selected) {
      succeed(ctx, selected.protocol());
    } else if (step instanceof Step.Refused refused) {
      fail(ctx, negotiation.noneInCommon(refused.theirs()));
    }
  }

  /** Answer first, then the handlers, then what the peer sent them, then one flush. */
  private void succeed(ChannelHandlerContext ctx, String protocol) {
    decided = true;
    ByteBuf rest = pending;
    pending = null;
    stopTimer();
    confirm(ctx, protocol);
    try {
      outcome.selected(ctx, protocol);
    } catch (RuntimeException e) {
      ReferenceCountUtil.release(rest);
      fail(ctx, Negotiation.refusedHere(protocol, e));
      return;
    }
    if (rest != null && rest.isReadable() && !isAbandoned()) {
      ctx.fireChannelRead(rest);
    } else {
      ReferenceCountUtil.release(rest);
    }
    ctx.flush();
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  private void expire(ChannelHandlerContext ctx) {
    timer = null;
    if (!decided) {
      negotiation.refusals().count(Negotiation.DEADLINE);
      fail(ctx, negotiation.late());
    }
  }

  private void stopped(ChannelHandlerContext ctx, ReadingStopped stopped) {
    if (stopped == ReadingStopped.FOR_NOW) {
      ctx.read();
    } else if (isOptimistic()) {
      // The answer will be dropped like everything else, and no one waits for it.
      ctx.pipeline().remove(this);
    } else {
      fail(ctx, ended("this side shut its input down", null));
    }
  }

  private Libp2pException ended(String how, @Nullable Throwable cause) {
    return isRefused() ? negotiation.noneInCommon(theirs()) : negotiation.ended(how, cause);
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void release() {
    stopTimer();
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }
}
