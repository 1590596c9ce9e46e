package dev.twine.broadcaster;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What other threads leave for one event loop: batches, direct messages, and peers that joined,
 * left or changed their interest. Bounded in each.
 *
 * <p>Safe for use by several threads; every method holds a short lock.
 */
final class Inbox {
  private final QueueLimit directLimit;
  private final ArrayDeque<Batch> batches = new ArrayDeque<>(LoopWriter.MAX_OUTSTANDING);
  private final ArrayDeque<Direct> directs = new ArrayDeque<>();

  /** Each peer at most once: {@link Membership#tellLoop}. */
  private final ArrayDeque<PeerWriter> changes = new ArrayDeque<>();

  private int openDirects;
  private long openDirectBytes;
  private boolean closed;

  Inbox(QueueLimit directLimit) {
    this.directLimit = directLimit;
  }

  /** Returns false once closed. The worker never adds more than the loop has room for. */
  synchronized boolean add(Batch batch) {
    return !closed && batches.add(batch);
  }

  /** Changes are taken even when closed: a peer that leaves then must still be let go. */
  synchronized void add(PeerWriter changed) {
    changes.add(changed);
  }

  /** Whether there is room; the space is taken until {@link #settled}. An empty one takes any. */
  synchronized boolean reserve(int bytes) {
    if (closed || (openDirects > 0 && !directLimit.admits(openDirects, openDirectBytes, bytes))) {
      return false;
    }
    openDirects++;
    openDirectBytes += bytes;
    return true;
  }

  /** Adds a direct message for which there is room; false once closed. */
  synchronized boolean add(Direct direct) {
    return !closed && directs.add(direct);
  }

  /** A direct message has reached its peer, or never will. */
  synchronized void settled(int bytes) {
    openDirects--;
    openDirectBytes -= bytes;
  }

  synchronized @Nullable Batch pollBatch() {
    return batches.poll();
  }

  synchronized @Nullable Direct pollDirect() {
    return directs.poll();
  }

  synchronized @Nullable PeerWriter pollChange() {
    return changes.poll();
  }

  synchronized boolean isEmpty() {
    return batches.isEmpty() && directs.isEmpty() && changes.isEmpty();
  }

  synchronized void close() {
    closed = true;
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
