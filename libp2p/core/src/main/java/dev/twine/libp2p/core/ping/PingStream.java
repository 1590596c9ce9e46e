package dev.twine.libp2p.core.ping;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream for several pings, one after another.
 *
 * <p>Any thread may call; futures complete on the stream's event loop, with a {@link
 * Libp2pException} if the peer is late, gives up or sends something else, and then the stream is
 * reset. Close it soon: some peers take a single one.
 */
public final class PingStream extends ChannelInboundHandlerAdapter implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final LongSupplier nanoClock;
  private final PingState state = new PingState();
  private @Nullable ChannelHandlerContext context;
  private @Nullable CompletableFuture<Duration> answer;
  private @Nullable Future<?> timer;

  PingStream(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Sends 32 random bytes and waits for them.
   *
   * @return the round trip; fails with {@link FailureReason#LIMIT} while another ping is under way
   */
  public CompletableFuture<Duration> ping(Duration deadline) {
    CompletableFuture<Duration> result = new CompletableFuture<>();
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      result.completeExceptionally(closed());
    } else if (ctx.executor().inEventLoop()) {
      send(ctx, result, deadline);
    } else {
      ctx.executor().execute(() -> send(ctx, result, deadline));
    }
    return result;
  }

  /** Ends both halves of the stream. */
  @Override
  public void close() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      ctx.channel().close();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      long nanos = state.received(in, nanoClock.getAsLong());
      if (nanos != PingState.INCOMPLETE) {
        CompletableFuture<Duration> done = takeAnswer();
        if (done != null) {
          done.complete(Duration.ofNanos(nanos));
        }
      }
    } catch (Libp2pException e) {
      fail(ctx, e);
    } finally {
      in.release();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      fail(ctx, closed());
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause instanceof Libp2pException known ? known : failed(cause));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    CompletableFuture<Duration> waiting = takeAnswer();
    if (waiting != null) {
      waiting.completeExceptionally(closed());
    }
    ctx.fireChannelInactive();
  }

  private void send(
      ChannelHandlerContext ctx, CompletableFuture<Duration> result, Duration deadline) {
    if (!ctx.channel().isActive()) {
      result.completeExceptionally(closed());
      return;
    }
    if (answer != null) {
      result.completeExceptionally(new Libp2pException(
          FailureReason.LIMIT, "ping under way", "1", "wait for it or open another stream"));
      return;
    }
    byte[] payload = new byte[PingState.BYTES];
    RANDOM.nextBytes(payload);
    answer = result;
    timer = ctx.executor()
        .schedule(() -> fail(ctx, late(deadline)), deadline.toNanos(), TimeUnit.NANOSECONDS);
    state.begin(payload, nanoClock.getAsLong());
    ctx.writeAndFlush(Unpooled.wrappedBuffer(payload));
  }

  private void fail(ChannelHandlerContext ctx, Libp2pException reason) {
    CompletableFuture<Duration> waiting = takeAnswer();
    if (ctx.channel() instanceof StreamChannel stream) {
      stream.reset();
    }
    if (waiting != null) {
      waiting.completeExceptionally(reason);
    }
  }

  private @Nullable CompletableFuture<Duration> takeAnswer() {
    CompletableFuture<Duration> waiting = answer;
    answer = null;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    return waiting;
  }

  private static Libp2pException late(Duration deadline) {
    return new Libp2pException(
        FailureReason.TIMEOUT,
        "no answer to a ping",
        deadline.toMillis() + " ms",
        "check the connection, or allow more");
  }

  private static Libp2pException closed() {
    return new Libp2pException(
        FailureReason.CLOSED, "ping stream ended", Ping.ID, "open another one");
  }

  private static Libp2pException failed(Throwable cause) {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR, "ping failed", String.valueOf(cause), "see the cause", cause);
  }
}
