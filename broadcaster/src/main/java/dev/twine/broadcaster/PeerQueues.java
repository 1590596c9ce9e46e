package dev.twine.broadcaster;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one peer that lags: two bounded queues of single frames.
 *
 * <p>Owns a reference to each frame in it. Confined to an event loop.
 */
final class PeerQueues {
  private final QueueLimit priorityLimit;
  private final QueueLimit bulkLimit;
  private final long maxBulkAgeNanos;
  private final Turns turns;
  private final ArrayDeque<QueuedFrame> priority = new ArrayDeque<>();
  private final ArrayDeque<QueuedFrame> bulk = new ArrayDeque<>();
  private long priorityBytes;
  private long bulkBytes;

  PeerQueues(BroadcasterConfig config) {
    priorityLimit = config.lag().priority();
    bulkLimit = config.lag().bulk();
    maxBulkAgeNanos = config.lanes().maxBulkAge().toNanos();
    turns = new Turns(config.lanes().bulkWeight());
  }

  /** Takes over the reference and returns true; or leaves it with the caller. */
  boolean offer(QueuedFrame frame) {
    if (frame.lane() == Lane.PRIORITY) {
      if (!priority.isEmpty()
          && !priorityLimit.admits(priority.size(), priorityBytes, frame.bytes())) {
        return false;
      }
      priority.add(frame);
      priorityBytes += frame.bytes();
      return true;
    }
    if (!bulk.isEmpty() && !bulkLimit.admits(bulk.size(), bulkBytes, frame.bytes())) {
      return false;
    }
    bulk.add(frame);
    bulkBytes += frame.bytes();
    return true;
  }

  /** The next frame, whose reference goes to the caller; null if none waits. */
  @Nullable
  QueuedFrame poll() {
    QueuedFrame waiting = bulk.peek();
    boolean isBulkNext =
        waiting != null && (priority.isEmpty() || turns.isBulkDue(waiting.bytes()));
    QueuedFrame next = isBulkNext ? bulk.poll() : priority.poll();
    if (next != null && isBulkNext) {
      bulkBytes -= next.bytes();
      turns.tookBulk();
    } else if (next != null) {
      priorityBytes -= next.bytes();
      turns.tookPriority(next.bytes(), waiting != null);
    }
    return next;
  }

  /** Takes out the oldest bulk frame if it waited too long; its reference goes to the caller. */
  @Nullable
  QueuedFrame pollExpired(long nowNanos) {
    QueuedFrame head = bulk.peek();
    if (head == null || nowNanos - head.createdNanos() <= maxBulkAgeNanos) {
      return null;
    }
    bulk.remove();
    bulkBytes -= head.bytes();
    return head;
  }

  void forEach(Consumer<QueuedFrame> action) {
    priority.forEach(action);
    bulk.forEach(action);
  }

  boolean isEmpty() {
    return priority.isEmpty() && bulk.isEmpty();
  }

  int size(Lane lane) {
    return lane == Lane.PRIORITY ? priority.size() : bulk.size();
  }

  long bytes(Lane lane) {
    return lane == Lane.PRIORITY ? priorityBytes : bulkBytes;
  }

  long bytes() {
    return priorityBytes + bulkBytes;
  }
}
