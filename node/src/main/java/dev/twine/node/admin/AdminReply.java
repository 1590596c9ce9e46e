package dev.twine.node.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request: whole, or as a stream. Any thread may call it, one at a time; only
 * {@link #write} waits, and never on an event loop.
 */
final class AdminReply {
  /** A reader that takes nothing for this long is gone. */
  private static final long STALL_MILLIS = 30_000;

  /** Proxies and clients take a silent connection for a dead one after half a minute or more. */
  private static final long KEEP_ALIVE_SECONDS = 15;

  /** A comment that has not left by then stands behind a reader that does not read. */
  private static final int KEEP_ALIVES_LATE = 2;

  private static final byte[] COMMENT = ": alive\n\n".getBytes(StandardCharsets.US_ASCII);

  private final ChannelHandlerContext ctx;
  private final Runnable done;
  private final Object writable = new Object();
  private final List<Runnable> whenLost = new ArrayList<>();
  private boolean lost;
  private @Nullable Future<?> comment;
  private int late;

  /**
   * An answer.
   *
   * @param done runs on the loop when the connection can take another request
   */
  AdminReply(ChannelHandlerContext ctx, Runnable done) {
    this.ctx = ctx;
    this.done = done;
  }

  /** Answers whole. */
  void send(HttpResponseStatus status, String contentType, byte[] body) {
    var response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    common(response.headers(), contentType);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    ctx.writeAndFlush(response, doneAfter());
  }

  void text(HttpResponseStatus status, String body) {
    send(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with a status and nothing more, and closes: whoever is refused has no business here. */
  void refuse(HttpResponseStatus status) {
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
    common(response.headers(), "text/plain");
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  /** Begins a stream of unknown length. */
  void begin(String contentType) {
    var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    common(response.headers(), contentType);
    response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    ctx.writeAndFlush(response);
  }

  /** Begins a stream of events, with a comment from time to time to show that it stands. */
  void beginEvents() {
    begin("text/event-stream");
    ctx.executor().execute(() -> {
      Future<?> ticks = ctx.executor()
          .scheduleAtFixedRate(
              this::keepAlive, KEEP_ALIVE_SECONDS, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
      onLost(() -> ticks.cancel(false));
    });
  }

  /** On the loop. Writes no second comment behind one that has not left. */
  private void keepAlive() {
    if (comment == null || comment.isDone()) {
      late = 0;
      comment = ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(COMMENT)));
    } else if (++late >= KEEP_ALIVES_LATE) {
      ctx.close();
    }
  }

  /** Adds to the stream if its reader keeps up. */
  boolean offer(byte[] bytes) {
    if (!ctx.channel().isWritable()) {
      return false;
    }
    ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
    return true;
  }

  /**
   * Adds to the stream, waiting for a slow reader.
   *
   * @throws IOException if the reader is gone or takes nothing
   */
  void write(byte[] bytes, int offset, int length) throws IOException {
    long end = System.nanoTime() + STALL_MILLIS * 1_000_000;
    synchronized (writable) {
      while (!lost && !ctx.channel().isWritable()) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          break;
        }
        try {
          writable.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
      if (lost || !ctx.channel().isWritable()) {
        ctx.close();
        throw new IOException("the client is gone");
      }
    }
    ByteBuf copy = Unpooled.copiedBuffer(bytes, offset, length);
    ctx.writeAndFlush(new DefaultHttpContent(copy));
  }

  /** Ends the stream. */
  void end() {
    ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, doneAfter());
  }

  /** Ends the stream so that the reader sees that something is missing. */
  void abort() {
    ctx.close();
  }

  boolean isLost() {
    return !ctx.channel().isActive();
  }

  /** Runs once the client is gone, at once if it is already. */
  void onLost(Runnable action) {
    synchronized (writable) {
      if (!lost) {
        whenLost.add(action);
        return;
      }
    }
    action.run();
  }

  void writabilityChanged() {
    synchronized (writable) {
      writable.notifyAll();
    }
  }

  void connectionLost() {
    List<Runnable> actions;
    synchronized (writable) {
      lost = true;
      writable.notifyAll();
      actions = List.copyOf(whenLost);
      whenLost.clear();
    }
    actions.forEach(Runnable::run);
  }

  /** Its listener is there before the write: the client may send its next request before a later one. */
  private ChannelPromise doneAfter() {
    return ctx.newPromise().addListener(sent -> done.run());
  }

  private static void common(HttpHeaders headers, String contentType) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    headers.set("x-content-type-options", "nosniff");
  }
}
