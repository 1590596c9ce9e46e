package dev.twine.gossip;

import java.time.Duration;

/**
 * Who of the two ends of a session may speak of other peers now: an answer needs a question, and each
 * end may ask twice at once and then once in an interval. Safe for use by several threads.
 */
final class ExchangeTurns {
  /** Questions at once: a peer that has just started knows more a moment later. */
  private static final int BURST = 2;

  private final Questions own;
  private final Questions theirs;
  private boolean awaiting;
  private boolean deferred;

  ExchangeTurns(Duration interval, long nowNanos) {
    own = new Questions(interval.toNanos(), nowNanos);
    theirs = new Questions(interval.toNanos(), nowNanos);
  }

  /** True, and it counts as asked, if this node may ask now. */
  synchronized boolean ask(long nowNanos) {
    boolean may = own.take(nowNanos);
    awaiting |= may;
    return may;
  }

  /** True, and it counts, if the other end may ask now. */
  synchronized boolean asked(long nowNanos) {
    return theirs.take(nowNanos);
  }

  /** True, once for each question of this node, if an answer is due. */
  synchronized boolean answered() {
    boolean due = awaiting;
    awaiting = false;
    return due;
  }

  /** True, once, if a question is to wait until the other end has proven who it is. */
  synchronized boolean defer() {
    boolean first = !deferred;
    deferred = true;
    return first;
  }

  /** The questions of one end. */
  private static final class Questions {
    private final long intervalNanos;
    /** When all that was asked will be paid for; how far ahead says how much that is. */
    private long paidNanos;

    Questions(long intervalNanos, long nowNanos) {
      this.intervalNanos = intervalNanos;
      paidNanos = nowNanos;
    }

    boolean take(long nowNanos) {
      long owed = Math.max(0, paidNanos - nowNanos);
      if (owed > (BURST - 1) * intervalNanos) {
        return false;
      }
      paidNanos = nowNanos + owed + intervalNanos;
      return true;
    }
  }
}
