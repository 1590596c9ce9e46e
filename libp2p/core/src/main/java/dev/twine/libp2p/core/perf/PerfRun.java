package dev.twine.libp2p.core.perf;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A measurement under way: an upload, then a download, on a stream of its own.
 *
 * <p>The counts may be read from any thread while it runs. The result completes on the stream's
 * event loop.
 */
public final class PerfRun extends ChannelInboundHandlerAdapter {
  private final Zeros upload;
  private final long wantedUpload;
  private final long wantedDownload;
  private final Duration stall;
  private final LongSupplier nanoClock;
  private final long startNanos;
  private final CompletableFuture<PerfResult> result = new CompletableFuture<>();

  private volatile long uploaded;
  private volatile long downloaded;
  private boolean begun;
  private boolean uploadEnded;
  private @Nullable StallTimer timer;

  PerfRun(long upload, long download, Duration stall, LongSupplier nanoClock) {
    if (upload < 0 || download < 0) {
      throw new IllegalArgumentException(
          "bytes out of range: " + Math.min(upload, download) + ": not negative");
    }
    this.upload = new Zeros(upload);
    this.wantedUpload = upload;
    this.wantedDownload = download;
    this.stall = stall;
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
  }

  /** Bytes given to the stream so far; what it holds back is at most its write buffer. */
  public long uploaded() {
    return uploaded;
  }

  /** Bytes received so far. */
  public long downloaded() {
    return downloaded;
  }

  /** Completes at the end of the download; fails with a {@link Libp2pException}. */
  public CompletableFuture<PerfResult> result() {
    return result;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      begin(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    begin(ctx);
    ctx.fireChannelActive();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (begun) {
      pump(ctx);
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    long total = downloaded + in.readableBytes();
    in.release();
    setDownloaded(total);
    if (total > wantedDownload) {
      fail(ctx, wrong("more", total));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && !result.isDone()) {
      if (downloaded < wantedDownload || !uploadEnded) {
        fail(ctx, wrong("less", downloaded));
      } else {
        stop();
        long nanos = nanoClock.getAsLong() - startNanos;
        result.complete(new PerfResult(uploaded, downloaded, Duration.ofNanos(nanos)));
        ctx.close();
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, new Libp2pException(FailureReason.CLOSED, "perf stream ended", Perf.ID, "try again"));
    ctx.fireChannelInactive();
  }

  /** Ends without a stream. */
  void fail(Throwable cause) {
    result.completeExceptionally(cause);
  }

  private void begin(ChannelHandlerContext ctx) {
    if (!begun) {
      begun = true;
      timer = new StallTimer(ctx.executor(), () -> uploaded + downloaded, () -> stalled(ctx));
      timer.start(stall);
      // Eight bytes in one write: js-libp2p reads the number from the first chunk alone.
      ctx.write(ctx.alloc().buffer(PerfState.REQUEST_BYTES).writeLong(wantedDownload));
      pump(ctx);
    }
  }

  private void pump(ChannelHandlerContext ctx) {
    boolean done = upload.pump(ctx);
    uploaded = wantedUpload - upload.remaining();
    if (done && !uploadEnded && ctx.channel() instanceof DuplexChannel duplex) {
      uploadEnded = true;
      duplex.shutdownOutput();
    }
  }

  private void setDownloaded(long total) {
    downloaded = total;
  }

  private void stalled(ChannelHandlerContext ctx) {
    fail(
        ctx,
        new Libp2pException(
            FailureReason.TIMEOUT,
            "no progress of a perf stream",
            uploaded + " bytes up, " + downloaded + " down",
            "check the remote side; it has " + stall.toMillis() + " ms"));
  }

  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    stop();
    if (result.completeExceptionally(cause) && ctx.channel() instanceof StreamChannel stream) {
      stream.reset();
    }
  }

  private void stop() {
    if (timer != null) {
      timer.stop();
    }
  }

  private Libp2pException wrong(String how, long total) {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR,
        how + " bytes from the remote side than a perf stream asked for",
        total + " of " + wantedDownload,
        "check the remote side");
  }
}
