package dev.twine.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection so that its last words are read.
 *
 * <p>A socket that is closed with bytes unread resets the connection, and a reset destroys what the
 * other end has received and not read yet. So this side ends its half only, what still comes in is
 * read by the handlers and thrown away, and the connection closes when the other end closes its half.
 *
 * <p>An end that is in the middle of a large message gets to read only when it has written it. It has
 * {@value #WAIT_MILLIS} ms, and one second more for each 64 KiB that come of it, up to {@value
 * #MAX_SECONDS} seconds and 16 MiB. So to stay is no cheaper than to send.
 *
 * <p>Its methods are called on the event loop of the channel, once for each.
 */
public final class Farewell extends ChannelInboundHandlerAdapter {
  /** For the way of the last words and of the answer to them. */
  static final long WAIT_MILLIS = 2_000;

  /** What a path carries at least over which messages of megabytes make sense. */
  static final int BYTES_PER_SECOND = 64 << 10;

  /** As long as a message may take that nobody has refused. */
  static final int MAX_SECONDS = 30;

  /** One largest message of 6 MiB, what sockets hold, and what a fast and long path has under way. */
  static final long MAX_BYTES = 16L << 20;

  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(MAX_SECONDS);

  /** However little comes at a time, it is not worth a timer each. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Channel channel;
  private final long startNanos;
  private @Nullable Future<?> timer;
  private long bytes;
  private boolean outputEnded;

  private Farewell(Channel channel) {
    this.channel = channel;
    this.startNanos = channel.eventLoop().ticker().nanoTime();
  }

  /**
   * Ends this side's half when the last words are written, and the connection in the end.
   *
   * @param lastWords the write after which nothing more is written
   */
  public static void after(ChannelFuture lastWords) {
    Channel channel = lastWords.channel();
    channel.config().setAutoRead(true);
    Farewell farewell = begin(channel);
    lastWords.addListener(written -> {
      if (written.isSuccess()) {
        farewell.endOutput();
      } else {
        channel.close();
      }
    });
  }

  /** Closes a connection whose other end has been asked to close it first, if it does not. */
  public static void closeLater(Channel channel) {
    begin(channel);
  }

  private static Farewell begin(Channel channel) {
    var farewell = new Farewell(channel);
    channel.pipeline().addFirst(farewell);
    farewell.schedule(WAIT_NANOS);
    // Else the timer would keep the channel and all that hangs on it.
    channel.closeFuture().addListener(closed -> farewell.stop());
    return farewell;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf more) {
      bytes += more.readableBytes();
    }
    ctx.fireChannelRead(message);
    if (bytes > MAX_BYTES) {
      ctx.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ctx.fireUserEventTriggered(event);
    if (event instanceof ChannelInputShutdownEvent && outputEnded) {
      channel.close();
    }
  }

  private void look() {
    long granted = TimeUnit.SECONDS.toNanos(bytes) / BYTES_PER_SECOND;
    long left = Math.min(WAIT_NANOS + granted, MAX_NANOS)
        - (channel.eventLoop().ticker().nanoTime() - startNanos);
    if (left > 0) {
      schedule(Math.max(left, PAUSE_NANOS));
    } else {
      channel.close();
    }
  }

  private void schedule(long nanos) {
    timer = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  private void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void endOutput() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      endHalf();
    } else {
      tls.closeOutbound().addListener(alerted -> endHalf());
    }
  }

  private void endHalf() {
    outputEnded = true;
    if (channel instanceof DuplexChannel both && both.isActive()) {
      both.shutdownOutput().addListener(ended -> {
        if (!ended.isSuccess() || both.isInputShutdown()) {
          channel.close();
        }
      });
    } else {
      channel.close();
    }
  }
}
