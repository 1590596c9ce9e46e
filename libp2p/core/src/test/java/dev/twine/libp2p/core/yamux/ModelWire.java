package dev.twine.libp2p.core.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Takes what one end of a {@link Link} flushes and carries it to the other one when told. An
 * EmbeddedChannel alone would run all tasks inside of each write and flush, which no socket does.
 */
final class ModelWire extends ChannelOutboundHandlerAdapter {
  /** After so many reads a channel completes a read by itself. */
  private static final int READS_AT_ONCE = 16;

  private final Link.End from;
  private final Link.End to;
  private final Queue<ByteBuf> written = new ArrayDeque<>();
  private final Queue<ChannelPromise> promises = new ArrayDeque<>();
  private ByteBuf flushed = Unpooled.buffer();

  ModelWire(Link.End from, Link.End to) {
    this.from = from;
    this.to = to;
    from.channel.pipeline().addFirst(this);
  }

  /** Carries what was flushed, in reads of at most that size; false if that is nothing. */
  boolean carry(int piece) {
    from.channel.runPendingTasks();
    ByteBuf bytes = flushed;
    flushed = Unpooled.buffer();
    boolean any = bytes.isReadable() && to.channel.isOpen();
    if (any) {
      onLoop(to, () -> deliver(bytes, piece));
    }
    bytes.release();
    return any;
  }

  /** Runs a task and all that follow from it as the loop of a real channel does. */
  static void onLoop(Link.End end, Runnable task) {
    end.channel.eventLoop().execute(task);
    end.channel.runPendingTasks();
  }

  private void deliver(ByteBuf bytes, int piece) {
    for (int reads = 1; bytes.isReadable() && to.channel.isOpen(); reads++) {
      int length = Math.min(piece, bytes.readableBytes());
      to.channel.pipeline().fireChannelRead(bytes.readBytes(length));
      if (reads % READS_AT_ONCE == 0) {
        to.channel.pipeline().fireChannelReadComplete();
      }
    }
    to.channel.pipeline().fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    written.add((ByteBuf) message);
    promises.add(promise);
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    for (ByteBuf bytes = written.poll(); bytes != null; bytes = written.poll()) {
      flushed.writeBytes(bytes);
      bytes.release();
      promises.remove().trySuccess();
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    written.forEach(ByteBuf::release);
    written.clear();
    promises.forEach(lost -> lost.tryFailure(new ClosedChannelException()));
    promises.clear();
    ctx.close(promise);
  }
}
