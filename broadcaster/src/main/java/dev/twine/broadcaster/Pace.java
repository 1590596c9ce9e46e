package dev.twine.broadcaster;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets threads wait until the slowest peer has less before it.
 *
 * <p>Who waits compares the queues of the peers that lag. Whatever makes a backlog smaller calls {@link
 * #changed}, which costs a fence and a read while nobody waits. Safe for use by several threads.
 */
final class Pace {
  private final SharedLanes lanes;
  private final Roster roster;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  private final Set<PeerCounts> lagging = ConcurrentHashMap.newKeySet();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closed;

  /** Written with the lock held, which nobody holds while comparing queues: event loops take it. */
  private final AtomicInteger changes = new AtomicInteger();

  Pace(SharedLanes lanes, Roster roster) {
    this.lanes = lanes;
    this.roster = roster;
  }

  /** See {@link Broadcaster#awaitBacklog}. */
  boolean await(Lane lane, int messages, long bytes, Duration deadline)
      throws InterruptedException {
    roster.refuseWaitingHere();
    if (closed || isAtMost(lane, messages, bytes)) {
      return !closed;
    }
    // Before the backlog is read again, so that a change after that finds somebody to wake.
    waiting.incrementAndGet();
    try {
      long left = deadline.toNanos();
      for (int seen = changes.get(); !isAtMost(lane, messages, bytes); seen = changes.get()) {
        if (closed || left <= 0) {
          return false;
        }
        left = sleep(seen, left);
      }
      return !closed;
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** Frames wait for that peer, before they no longer count in their lane. */
  void lags(PeerCounts peer) {
    lagging.add(peer);
  }

  /** None waits for it any more. */
  void keepsUp(PeerCounts peer) {
    lagging.remove(peer);
  }

  /** Whether anybody waits. Whoever begins to after this sees how small the backlogs were before it. */
  boolean isAwaited() {
    // Counts are written without one, and could pass the read.
    VarHandle.fullFence();
    return waiting.get() > 0;
  }

  /** A backlog may have become smaller. */
  void changed() {
    if (isAwaited()) {
      lock.lock();
      try {
        changes.incrementAndGet();
        change.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Nobody waits from now on. */
  void close() {
    closed = true;
    changed();
  }

  /** Until there is another change than the last one seen; returns the time that is left. */
  private long sleep(int seen, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (changes.get() == seen && left > 0) {
        left = change.awaitNanos(left);
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  private boolean isAtMost(Lane lane, int messages, long bytes) {
    // In the direction in which messages move, so that none is in neither place.
    SharedLanes.Open open = lanes.open(lane);
    int behind = 0;
    long behindBytes = 0;
    for (PeerCounts peer : lagging) {
      behind = Math.max(behind, peer.queued(lane));
      behindBytes = Math.max(behindBytes, peer.queuedBytes(lane));
    }
    return open.messages() + behind <= messages && open.bytes() + behindBytes <= bytes;
  }
}
