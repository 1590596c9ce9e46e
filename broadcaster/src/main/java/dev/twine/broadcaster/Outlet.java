package dev.twine.broadcaster;

import dev.twine.broadcaster.PeerWriter.CutReason;
import dev.twine.broadcaster.Ticket.Drop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The end of the outbound path in the event loop of one peer: the place in its pipeline where
 * frames are written, now or when the channel takes them again.
 *
 * <p>Confined to the event loop.
 */
final class Outlet extends ChannelInboundHandlerAdapter {
  private final PeerWriter peer;
  private final Channel channel;
  private final LoopContext loop;
  private final Progress progress;
  private final Backlog backlog;
  private final WaitingDirects directs;
  private @Nullable ChannelHandlerContext context;
  private boolean draining;
  private long handedBytes;

  /** The last batch that has messages of this peer's own in it. */
  private long senderIn;

  /** Where the cohort keeps it. */
  private @Nullable Cohort cohort;

  private int index;

  Outlet(PeerWriter peer, LoopContext loop) {
    this.peer = peer;
    this.channel = peer.channel();
    this.loop = loop;
    this.progress = new Progress(loop.config().stallTimeout().toNanos());
    this.backlog = new Backlog(peer, loop);
    this.directs = new WaitingDirects(this, loop);
  }

  PeerWriter peer() {
    return peer;
  }

  WaitingDirects directs() {
    return directs;
  }

  @Nullable
  Cohort cohort() {
    return cohort;
  }

  int index() {
    return index;
  }

  void place(@Nullable Cohort newCohort, int newIndex) {
    cohort = newCohort;
    index = newIndex;
  }

  /** Whether the next frames may be written to its channel at once. */
  boolean isInStep() {
    return backlog.isEmpty() && channel.isWritable();
  }

  /** Whether it gets every message of the batch that its cohort gets, and nothing else. */
  boolean takesAllOf(Batch batch) {
    return senderIn != batch.id()
        && directs.isEmpty()
        && !(batch.hasDigests() && peer.hasDigests());
  }

  /** Remembers that the peer itself sent a message of that batch. */
  void markSenderIn(Batch batch) {
    senderIn = batch.id();
  }

  /** Whether the message is one that the peer sent, or has already. */
  boolean skips(OutboundMessage message) {
    byte[] digest = message.digest();
    return message.except() == peer || (digest != null && peer.hasDigest(digest));
  }

  /** Takes over the reference, and leaves counting and flushing to {@link #wrote}. */
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

  /** Counts what was written and flushes it. */
  void wrote(int messages, long bytes) {
    peer.counts().sent(messages, bytes);
    if (context != null) {
      context.flush();
    }
  }

  /**
   * Keeps a frame, with a reference of its own, until the channel takes it. A peer that leaves no
   * room for priority is cut.
   *
   * @return why the frame was not kept, or null
   */
  @Nullable
  Drop enqueue(QueuedFrame frame, long nowNanos) {
    if (peer.membership().isDetached()) {
      return backlog.count(Drop.CLOSED);
    }
    Drop drop = backlog.offer(frame, nowNanos);
    if (drop != null && frame.lane() == Lane.PRIORITY) {
      cut(CutReason.PRIORITY_OVERFLOW);
    }
    return drop;
  }

  /** Writes what waits, as far as the channel takes it. */
  void drain() {
    if (draining || backlog.isEmpty() || peer.membership().isDetached()) {
      return;
    }
    // Flushing may call this again through the pipeline.
    draining = true;
    try {
      while (!backlog.isEmpty() && channel.isWritable()) {
        drainOnce();
      }
    } finally {
      draining = false;
    }
  }

  /** Looks at age and at the socket. */
  void sweep(long nowNanos) {
    if (!channel.isActive()) {
      peer.detach();
      return;
    }
    backlog.expire(nowNanos);
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    long partly = buffer == null ? 0 : buffer.currentProgress();
    boolean waits = pending > 0 || !backlog.isEmpty();
    if (progress.isStalled(waits, handedBytes - pending + partly, nowNanos)) {
      cut(CutReason.NO_PROGRESS);
    }
  }

  /** Adds itself to the pipeline. */
  void install() {
    channel.pipeline().addLast(this);
  }

  /** Drops what waits and leaves the pipeline. */
  void close() {
    directs.close();
    backlog.close();
    ChannelHandlerContext here = context;
    context = null;
    if (here != null && !here.isRemoved() && !here.executor().isShuttingDown()) {
      here.pipeline().remove(this);
    }
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
    drain();
    changed.fireChannelWritabilityChanged();
  }

  private void drainOnce() {
    int messages = 0;
    long bytes = 0;
    backlog.expire(loop.now());
    var joined = new JoinedFrames(this);
    // Zero, and so never more than what waits to be joined, when the channel is not writable.
    while (joined.bytes() < channel.bytesBeforeUnwritable()) {
      ByteBuf next = backlog.poll();
      if (next == null) {
        break;
      }
      messages++;
      bytes += next.readableBytes();
      joined.add(next, backlog.bytes());
    }
    joined.flush();
    loop.delivered(messages, bytes);
    wrote(messages, bytes);
  }

  private void cut(CutReason reason) {
    peer.detach();
    backlog.close();
    loop.cut(peer, reason);
  }
}
