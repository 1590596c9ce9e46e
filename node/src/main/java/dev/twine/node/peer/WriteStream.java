package dev.twine.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** One of the streams of {@link Writes}: its result is what the receiver has counted. */
final class WriteStream extends Reply<Long> {
  private final Writes writes;
  private final int index;
  private final SinkCount count = new SinkCount();
  private long messages;
  private boolean pumping;
  private boolean done;
  private volatile @Nullable ChannelHandlerContext waiting;

  WriteStream(Writes writes, int index) {
    this.writes = writes;
    this.index = index;
  }

  /** There may be more to write; any thread. */
  void wake() {
    ChannelHandlerContext ctx = waiting;
    if (ctx != null) {
      waiting = null;
      ctx.executor().execute(() -> pump(ctx));
    }
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    pump(ctx);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    pump(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  private void pump(ChannelHandlerContext ctx) {
    if (done || pumping) {
      return; // A write or flush of a socket tells of writability at once, on top of this call.
    }
    pumping = true;
    boolean granted = true;
    while (granted && ctx.channel().isWritable()) {
      granted = fill(ctx);
      ctx.flush();
    }
    pumping = false;
    if (done) {
      endOutput(ctx);
    }
  }

  /** Writes while there is room; whether there was more to write. */
  private boolean fill(ChannelHandlerContext ctx) {
    // Before the look at what is granted: a grant that comes in between is not missed.
    waiting = ctx;
    boolean ended = writes.isEnded();
    long granted = writes.granted();
    if (messages == granted) {
      done = ended;
      return false;
    }
    waiting = null;
    while (messages < granted && ctx.channel().isWritable()) {
      ctx.write(Pattern.from(messages++ * writes.size(), writes.size()), ctx.voidPromise());
    }
    writes.advanced(index, messages);
    return true;
  }

  @Override
  void received(ChannelHandlerContext ctx, ByteBuf in) {
    count.read(in);
  }

  @Override
  void ended(ChannelHandlerContext ctx) {
    long sent = messages * writes.size();
    if (done) {
      count.complain(sent).ifPresentOrElse(what -> fail(ctx, what), () -> succeed(ctx, sent));
    } else {
      fail(ctx, "the receiver ended after " + sent + " bytes: it got others");
    }
  }
}
