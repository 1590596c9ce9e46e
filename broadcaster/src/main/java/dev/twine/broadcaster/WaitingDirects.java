package dev.twine.broadcaster;

import dev.twine.broadcaster.Ticket.Drop;
import java.util.ArrayDeque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Direct messages of one peer that wait until what was offered to their lane before has gone.
 *
 * <p>Confined to the event context.
 */
final class WaitingDirects {
  private final LoopPeer peer;
  private final LoopContext context;

  /** Null until the first one; a lane each, because a lane never waits for the other. */
  private @Nullable ArrayDeque<Direct> priority;

  private @Nullable ArrayDeque<Direct> bulk;

  WaitingDirects(LoopPeer peer, LoopContext context) {
    this.peer = peer;
    this.context = context;
  }

  void add(Direct direct) {
    if (direct.queued().lane() == Lane.PRIORITY) {
      priority = priority == null ? new ArrayDeque<>(2) : priority;
      priority.add(direct);
    } else {
      bulk = bulk == null ? new ArrayDeque<>(2) : bulk;
      bulk.add(direct);
    }
  }

  boolean isEmpty() {
    return priority == null && bulk == null;
  }

  /** Whether one waits that goes before the message with that sequence in its lane. */
  boolean isDueBefore(Lane lane, long sequence) {
    ArrayDeque<Direct> waiting = of(lane);
    Direct head = waiting == null ? null : waiting.peek();
    return head != null && head.stamp() < sequence;
  }

  /**
   * Hands over what waited for nothing beyond that sequence of the lane.
   *
   * @param now whether the channel takes it even if it is full, because the peer is being served
   * @return how many were written, which leaves a flush to the caller
   */
  int sendThrough(Lane lane, long sequence, boolean now) {
    int written = 0;
    ArrayDeque<Direct> waiting = of(lane);
    while (waiting != null && isDueBefore(lane, sequence + 1)) {
      written += send(waiting.remove(), now) ? 1 : 0;
    }
    if (waiting != null && waiting.isEmpty()) {
      forget(lane);
    }
    return written;
  }

  /** Drops all of them. */
  void close() {
    for (Lane lane : Lane.values()) {
      ArrayDeque<Direct> waiting = of(lane);
      forget(lane);
      while (waiting != null && !waiting.isEmpty()) {
        context.giveUp(waiting.remove());
      }
    }
  }

  private boolean send(Direct direct, boolean now) {
    QueuedFrame queued = direct.queued();
    boolean writes = now || peer.isInStep();
    Drop drop = null;
    if (writes) {
      peer.outlet().write(queued.frame().retain());
      context.delivered(1, queued.bytes());
      peer.writer().counts().sent(1, queued.bytes());
    } else {
      drop = peer.enqueue(queued, context.now());
    }
    queued.frame().release();
    context.settled(direct);
    if (drop == null) {
      queued.ticket().settle(1, Map.of());
    } else {
      queued.ticket().abandon(drop, 1);
    }
    return writes;
  }

  private @Nullable ArrayDeque<Direct> of(Lane lane) {
    return lane == Lane.PRIORITY ? priority : bulk;
  }

  private void forget(Lane lane) {
    if (lane == Lane.PRIORITY) {
      priority = null;
    } else {
      bulk = null;
    }
  }
}
