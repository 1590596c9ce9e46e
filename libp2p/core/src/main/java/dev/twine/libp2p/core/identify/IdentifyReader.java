package dev.twine.libp2p.core.identify;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.wire.LengthPrefixedDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Collects the messages of a stream until its end, then closes it. Comes behind a {@link
 * LengthPrefixedDecoder}, which it adds itself.
 */
final class IdentifyReader extends ChannelInboundHandlerAdapter {
  /** Counts peers that do not finish in time. */
  static final String DEADLINE = "identify.deadline";

  private final IdentifyDraft draft;
  private final Duration deadline;
  private final Runnable late;
  private final CompletableFuture<IdentifyDraft> done = new CompletableFuture<>();
  private final LengthPrefixedDecoder frames = new LengthPrefixedDecoder(IdentifyCodec.MAX_PART);
  private @Nullable Future<?> timer;

  IdentifyReader(IdentifyDraft draft, Duration deadline, Runnable late) {
    this.draft = draft;
    this.deadline = deadline;
    this.late = late;
  }

  /** Completes on the event loop. */
  CompletableFuture<IdentifyDraft> done() {
    return done;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.pipeline().addBefore(ctx.name(), null, frames);
    timer = ctx.executor().schedule(() -> expire(ctx), deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf part = (ByteBuf) message;
    try {
      if (!done.isDone()) {
        draft.add(part);
      }
    } catch (Libp2pException e) {
      fail(ctx, e);
    } finally {
      part.release();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && !done.isDone()) {
      if (draft.isEmpty() || !frames.isBetweenMessages()) {
        fail(ctx, ended());
      } else {
        stopTimer();
        done.complete(draft);
        ctx.close();
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // Of the decoder: a part that is too long, or a length that is none.
    if (!done.isDone()
        && cause instanceof Libp2pException known
        && known.reason() == FailureReason.PROTOCOL_ERROR) {
      draft.refuse();
    }
    fail(ctx, cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, ended());
    ctx.fireChannelInactive();
  }

  private void expire(ChannelHandlerContext ctx) {
    late.run();
    fail(
        ctx,
        new Libp2pException(
            FailureReason.TIMEOUT,
            "identify message not complete",
            deadline.toMillis() + " ms",
            "the remote side has to write it at once and end the stream"));
  }

  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    stopTimer();
    if (done.completeExceptionally(cause) && ctx.channel() instanceof StreamChannel stream) {
      stream.reset();
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private static Libp2pException ended() {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR,
        "stream ended without a whole message",
        "identify",
        "the remote side has to write it and end the stream");
  }
}
