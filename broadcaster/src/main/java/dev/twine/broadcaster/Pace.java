package dev.twine.broadcaster;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets threads wait until the slowest peer has less before it.
 *
 * <p>Whatever makes a backlog smaller calls {@link #changed}, which costs one read while nobody
 * waits. Safe for use by several threads.
 */
final class Pace {
  private final SharedLanes lanes;
  private final Roster roster;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closed;

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
    long left = deadline.toNanos();
    lock.lockInterruptibly();
    try {
      // Before the backlog is read again, so that a change after that finds somebody to wake.
      waiting.incrementAndGet();
      while (!closed && !isAtMost(lane, messages, bytes)) {
        if (left <= 0) {
          return false;
        }
        left = change.awaitNanos(left);
      }
      return !closed;
    } finally {
      waiting.decrementAndGet();
      lock.unlock();
    }
  }

  /** A backlog may have become smaller. */
  void changed() {
    if (waiting.get() > 0) {
      lock.lock();
      try {
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

  private boolean isAtMost(Lane lane, int messages, long bytes) {
    // In the direction in which messages move, so that none is in neither place.
    SharedLanes.Open open = lanes.open(lane);
    int behind = 0;
    long behindBytes = 0;
    for (LoopWriter loop : roster.loops()) {
      LongestQueue longest = loop.longestQueue(lane);
      behind = Math.max(behind, longest.messages());
      behindBytes = Math.max(behindBytes, longest.bytes());
    }
    return open.messages() + behind <= messages && open.bytes() + behindBytes <= bytes;
  }
}
