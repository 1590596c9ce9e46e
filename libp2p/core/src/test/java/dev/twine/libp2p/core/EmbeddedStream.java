package dev.twine.libp2p.core;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;

/** A stream in memory, for tests of protocols: no connection, no credit. */
public final class EmbeddedStream extends EmbeddedChannel implements StreamChannel {
  private boolean inputShutdown;
  private boolean outputShutdown;
  private boolean reset;
  private int weight = 16;

  public EmbeddedStream(ChannelHandler... handlers) {
    super(handlers);
    pipeline().addFirst(new QueuedFirst());
  }

  /** What is queued is sent before the stream closes, even if it closes within a flush. */
  private static final class QueuedFirst extends ChannelOutboundHandlerAdapter {
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
      ctx.flush();
      ChannelOutboundBuffer queue = ctx.channel().unsafe().outboundBuffer();
      if (queue != null && !queue.isEmpty()) {
        ctx.executor().execute(() -> ctx.close(promise));
      } else {
        ctx.close(promise);
      }
    }
  }

  /** The peer ends its half. */
  public void endInput() {
    inputShutdown = true;
    pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
    runPendingTasks();
  }

  /** The peer gives the stream up. */
  public void resetByPeer() {
    var reason = new Libp2pException(
        FailureReason.RESET_BY_PEER, "stream reset by the remote side", "1", "try again");
    pipeline().fireExceptionCaught(reason);
    close();
  }

  public boolean wasReset() {
    return reset;
  }

  /** All that was flushed, joined; the caller's. */
  public ByteBuf written() {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf next = readOutbound(); next != null; next = readOutbound()) {
      all.writeBytes(next);
      next.release();
    }
    return all;
  }

  @Override
  public long streamId() {
    return 1;
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public void weight(int value) {
    weight = value;
  }

  /** Past the handlers. */
  @Override
  public ChannelFuture reset() {
    reset = true;
    ChannelPromise promise = newPromise();
    unsafe().close(promise);
    return promise;
  }

  @Override
  public boolean isInputShutdown() {
    return inputShutdown;
  }

  @Override
  public ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    inputShutdown = true;
    return promise.setSuccess();
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShutdown;
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    flush();
    outputShutdown = true;
    pipeline().fireUserEventTriggered(ChannelOutputShutdownEvent.INSTANCE);
    return promise.setSuccess();
  }

  @Override
  public boolean isShutdown() {
    return inputShutdown && outputShutdown;
  }

  @Override
  public ChannelFuture shutdown() {
    return shutdown(newPromise());
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    inputShutdown = true;
    return shutdownOutput(promise);
  }
}
