package dev.twine.gossip;

import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends the wait for the rest of a message that has begun: for the frame reader of a transport, which
 * starts it with the first bytes and stops it with the last. A message that is all there needs no
 * timer. While this side does not read, time does not count as the peer's.
 *
 * <p>Confined to the event loop.
 */
public final class MessageDeadline {
  /** A message that has begun holds memory for no longer than this, in frames or in drops. */
  public static final long SECONDS = 30;

  private static final String LATE = "message not complete within " + SECONDS + " s";

  private final BiConsumer<ChannelHandlerContext, String> late;
  private @Nullable Future<?> timer;

  /** @param late told when it is over, and what to say of it */
  public MessageDeadline(BiConsumer<ChannelHandlerContext, String> late) {
    this.late = late;
  }

  /** Begins, unless it has begun. */
  public void start(ChannelHandlerContext ctx) {
    if (timer == null) {
      timer = ctx.executor().schedule(() -> expire(ctx), SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Harmless when it has not begun. */
  public void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void expire(ChannelHandlerContext ctx) {
    timer = null;
    if (ctx.channel().config().isAutoRead()) {
      late.accept(ctx, LATE);
    } else {
      // We are the ones who do not read.
      start(ctx);
    }
  }
}
