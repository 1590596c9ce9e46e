package dev.twine.broadcaster;

import dev.twine.broadcaster.Ticket.Drop;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a peer that lags, and for how long it has lagged. Holds no queue while the peer
 * keeps up.
 *
 * <p>While it lags for less than {@link BroadcasterConfig.Lag#behindAfter}, whoever waits for a message
 * waits for this peer too. Confined to the event loop.
 */
final class Backlog {
  private final PeerWriter peer;
  private final LoopContext context;
  private @Nullable PeerQueues queues;
  private long sinceNanos;
  private boolean behind;

  Backlog(PeerWriter peer, LoopContext context) {
    this.peer = peer;
    this.context = context;
  }

  boolean isEmpty() {
    return queues == null;
  }

  /** Keeps the frame, with a reference of its own; or counts why not and returns the reason. */
  @Nullable
  Drop offer(QueuedFrame frame, long nowNanos) {
    expire(nowNanos);
    PeerQueues waiting = queues;
    if (waiting == null) {
      waiting = new PeerQueues(context.config());
      queues = waiting;
      sinceNanos = nowNanos;
      context.lagTimer().began(this);
      context.pace().lags(peer.counts());
    }
    if (!waiting.offer(frame)) {
      return count(Drop.QUEUE_FULL);
    }
    frame.frame().retain();
    if (!behind) {
      frame.ticket().hold();
    }
    publish();
    return null;
  }

  /** The next frame, with a reference for the caller; null if nothing waits. */
  @Nullable
  ByteBuf poll() {
    QueuedFrame next = queues == null ? null : queues.poll();
    if (next == null) {
      return null;
    }
    ByteBuf frame = next.frame().retainedDuplicate();
    letGo(next);
    return frame;
  }

  /** Drops bulk that waited too long. */
  void expire(long nowNanos) {
    PeerQueues waiting = queues;
    if (waiting == null) {
      return;
    }
    for (QueuedFrame old = waiting.pollExpired(nowNanos);
        old != null;
        old = waiting.pollExpired(nowNanos)) {
      count(Drop.TOO_OLD);
      letGo(old);
    }
  }

  /** Bytes of the frames that wait. */
  long bytes() {
    return queues == null ? 0 : queues.bytes();
  }

  /** When it stopped being empty. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** It has lagged for too long: lets go of those who wait for this peer. */
  void fallBehind() {
    if (queues != null && !behind) {
      behind = true;
      queues.forEach(frame -> frame.ticket().release());
    }
  }

  /** Drops all of it. */
  void close() {
    PeerQueues waiting = queues;
    if (waiting == null) {
      return;
    }
    for (QueuedFrame next = waiting.poll(); next != null; next = waiting.poll()) {
      count(Drop.CLOSED);
      letGo(next);
    }
  }

  /** Counts a message that the peer does not get. */
  Drop count(Drop reason) {
    peer.counts().dropped();
    context.counters().dropped(reason, 1);
    return reason;
  }

  private void letGo(QueuedFrame frame) {
    frame.frame().release();
    if (!behind) {
      frame.ticket().release();
    }
    if (queues != null && queues.isEmpty()) {
      queues = null;
      behind = false;
      context.lagTimer().ended(this);
      context.pace().keepsUp(peer.counts());
    }
    publish();
  }

  private void publish() {
    PeerQueues waiting = queues;
    for (Lane lane : Lane.values()) {
      if (waiting == null) {
        peer.counts().queue(lane, 0, 0);
      } else {
        peer.counts().queue(lane, waiting.size(lane), waiting.bytes(lane));
      }
    }
  }
}
