package dev.twine.broadcaster;

import dev.twine.broadcaster.PeerWriter.CutReason;
import dev.twine.broadcaster.Ticket.Drop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One peer as its event loop sees it: its place in a cohort, what of a batch it gets, and what waits
 * until its channel takes it.
 *
 * <p>Confined to the event loop.
 */
final class LoopPeer {
  private final PeerWriter writer;
  private final LoopContext loop;
  private final Outlet outlet;
  private final Progress progress;
  private final Backlog backlog;
  private final WaitingDirects directs;
  private boolean draining;

  /** The last batch that has messages of this peer's own in it. */
  private long senderIn;

  /** Where the cohort keeps it. */
  private @Nullable Cohort cohort;

  private int index;

  LoopPeer(PeerWriter writer, LoopContext loop) {
    this.writer = writer;
    this.loop = loop;
    this.outlet = new Outlet(writer.channel(), this);
    this.progress = new Progress(loop.config().lag().stallTimeout().toNanos());
    this.backlog = new Backlog(writer, loop);
    this.directs = new WaitingDirects(this, loop);
  }

  PeerWriter writer() {
    return writer;
  }

  Outlet outlet() {
    return outlet;
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
    return backlog.isEmpty() && outlet.isWritable();
  }

  /** Whether it gets every message of the batch that its cohort gets, and nothing else. */
  boolean takesAllOf(Batch batch) {
    return senderIn != batch.id()
        && directs.isEmpty()
        && !(batch.hasDigests() && writer.hasDigests());
  }

  /** Remembers that the peer itself sent a message of that batch. */
  void markSenderIn(Batch batch) {
    senderIn = batch.id();
  }

  /** Whether the message is one that the peer sent, or has already. */
  boolean skips(OutboundMessage message) {
    byte[] digest = message.digest();
    return message.except() == writer || (digest != null && writer.hasDigest(digest));
  }

  /** Counts what was written to the outlet, and flushes it. */
  void wrote(int messages, long bytes) {
    writer.counts().sent(messages, bytes);
    outlet.flush();
  }

  /**
   * Keeps a frame, with a reference of its own, until the channel takes it. A peer that leaves no
   * room for priority is cut.
   *
   * @return why the frame was not kept, or null
   */
  @Nullable
  Drop enqueue(QueuedFrame frame, long nowNanos) {
    if (writer.membership().isDetached()) {
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
    if (draining || backlog.isEmpty() || writer.membership().isDetached()) {
      return;
    }
    // Flushing may call this again through the pipeline.
    draining = true;
    try {
      while (!backlog.isEmpty() && outlet.isWritable()) {
        drainOnce();
      }
    } finally {
      draining = false;
    }
  }

  /** The channel takes more, or no more. */
  void writabilityChanged() {
    if (!backlog.isEmpty()) {
      drain();
      writer.membership().loop().drained();
    }
  }

  /** Looks at age and at the socket. A peer that was cut is there until the loop's next turn. */
  void sweep(long nowNanos) {
    if (writer.membership().isDetached()) {
      return;
    }
    if (!writer.channel().isActive()) {
      detach();
      return;
    }
    backlog.expire(nowNanos);
    boolean waits = outlet.pendingBytes() > 0 || !backlog.isEmpty();
    if (progress.isStalled(waits, outlet.takenBytes(), nowNanos)) {
      cut(CutReason.NO_PROGRESS);
    }
  }

  /** It takes no further part; again is harmless. */
  void detach() {
    writer.detach();
  }

  /** Drops what waits and leaves the pipeline. */
  void close() {
    directs.close();
    backlog.close();
    outlet.remove();
  }

  private void drainOnce() {
    int messages = 0;
    long bytes = 0;
    backlog.expire(loop.now());
    var joined = new JoinedFrames(outlet);
    // Zero, and so never more than what waits to be joined, when the channel is not writable.
    while (joined.bytes() < outlet.room()) {
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
    detach();
    backlog.close();
    loop.cut(writer, reason);
  }
}
