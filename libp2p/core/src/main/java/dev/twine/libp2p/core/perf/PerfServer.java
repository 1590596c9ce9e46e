package dev.twine.libp2p.core.perf;

import dev.twine.libp2p.core.StreamChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Serves one stream: drains the upload, then sends what was asked for. */
final class PerfServer extends ChannelInboundHandlerAdapter {
  private final Duration stall;
  private final PerfState state = new PerfState();
  private @Nullable StallTimer timer;

  /** Null during the upload. */
  private @Nullable Zeros download;

  PerfServer(Duration stall) {
    this.stall = stall;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timer = new StallTimer(ctx.executor(), this::progress, () -> reset(ctx));
    timer.start(stall);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    state.received(in);
    in.release();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && download == null) {
      if (state.isRequested()) {
        download = new Zeros(state.wanted());
        pump(ctx, download);
      } else {
        reset(ctx);
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (download != null) {
      pump(ctx, download);
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    reset(ctx);
  }

  private void pump(ChannelHandlerContext ctx, Zeros zeros) {
    if (zeros.pump(ctx)) {
      stop();
      ctx.close();
    }
  }

  private long progress() {
    return download == null ? state.uploaded() : download.remaining();
  }

  private void stop() {
    if (timer != null) {
      timer.stop();
    }
  }

  private void reset(ChannelHandlerContext ctx) {
    stop();
    if (ctx.channel() instanceof StreamChannel stream) {
      stream.reset();
    }
  }
}
