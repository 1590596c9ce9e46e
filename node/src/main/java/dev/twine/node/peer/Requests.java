package dev.twine.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.LongSupplier;

/** Requests and their echoes on one stream, a number of them under way at a time, until the end. */
final class Requests extends Reply<Long> {
  private final int size;
  private final long inFlight;
  private final LongSupplier nanoClock;
  private final long end;
  private long sent;
  private long received;
  private boolean over;

  Requests(int size, int inFlight, LongSupplier nanoClock, long end) {
    this.size = size;
    this.inFlight = inFlight;
    this.nanoClock = nanoClock;
    this.end = end;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    refill(ctx);
    ctx.flush();
  }

  @Override
  void received(ChannelHandlerContext ctx, ByteBuf in) {
    if (received + in.readableBytes() > sent * size || !Pattern.matches(received, in)) {
      fail(ctx, "an echo differs after " + received + " bytes");
      return;
    }
    received += in.readableBytes();
    refill(ctx);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
    ctx.fireChannelReadComplete();
  }

  private void refill(ChannelHandlerContext ctx) {
    long done = received / size;
    if (over || done + inFlight == sent) {
      return;
    }
    if (sent > 0 && nanoClock.getAsLong() - end >= 0) {
      over = true;
      endOutput(ctx);
      return;
    }
    while (sent < done + inFlight) {
      ctx.write(Pattern.from(sent++ * size, size), ctx.voidPromise());
    }
  }

  @Override
  void ended(ChannelHandlerContext ctx) {
    if (received != sent * size || !over) {
      fail(ctx, "the echo ended after " + received + " of " + sent * size + " bytes");
      return;
    }
    succeed(ctx, sent);
  }
}
