package dev.twine.broadcaster;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The place in the pipeline of one peer where its frames are written, and how far its socket has
 * taken them.
 *
 * <p>Confined to the event loop.
 */
final class Outlet extends ChannelInboundHandlerAdapter {
  private final Channel channel;
  private final LoopPeer peer;
  private @Nullable ChannelHandlerContext context;
  private long handedBytes;

  Outlet(Channel channel, LoopPeer peer) {
    this.channel = channel;
    this.peer = peer;
  }

  /** Adds itself to the pipeline. */
  void install() {
    channel.pipeline().addLast(this);
  }

  /** Leaves the pipeline; what is written from now on is thrown away. */
  void remove() {
    ChannelHandlerContext here = context;
    context = null;
    if (here != null && !here.isRemoved() && !here.executor().isShuttingDown()) {
      here.pipeline().remove(this);
    }
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  /** Bytes that may be written until it is not writable; 0 if it is not now. */
  long room() {
    return channel.bytesBeforeUnwritable();
  }

  /** Takes over the reference, and leaves flushing to {@link #flush}. */
  void write(ByteBuf frames) {
    ChannelHandlerContext here = context;
    if (here == null) {
      frames.release();
      return;
    }
    handedBytes += frames.readableBytes();
    // This void promise stays silent where that of the pipeline would fire an exception for each
    // buffer that a closing channel leaves behind; that the channel closes is heard anyway.
    here.write(frames, channel.unsafe().voidPromise());
  }

  void flush() {
    if (context != null) {
      context.flush();
    }
  }

  /** Bytes that wait in the channel, whoever wrote them. */
  long pendingBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /** Bytes that the socket has taken of what was written here; see {@link Progress#isStalled}. */
  long takenBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long partly = buffer == null ? 0 : buffer.currentProgress();
    return handedBytes - pendingBytes() + partly;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    context = null;
    peer.detach();
  }

  @Override
  public void channelInactive(ChannelHandlerContext closed) {
    peer.detach();
    closed.fireChannelInactive();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    peer.writabilityChanged();
    changed.fireChannelWritabilityChanged();
  }
}
