package dev.twine.gossip;

import java.time.Duration;

/**
 * Who of the two ends of a session may speak of other peers now: an answer needs a question, and each
 * end may ask twice at once and then once in an interval. Safe for use by several threads.
 */
final class ExchangeTurns {
  /** Questions at once, so that the jitter of the way costs nobody a turn. */
  private static final int BURST = 2;

  private final long intervalNanos;
  private long ownNanos;
  private long theirNanos;
  private boolean awaiting;
  private boolean deferred;

  ExchangeTurns(Duration interval, long nowNanos) {
    intervalNanos = interval.toNanos();
    ownNanos = nowNanos - BURST * intervalNanos;
    theirNanos = ownNanos;
  }

  /** True, and it counts as asked, if this node may ask now. */
  synchronized boolean ask(long nowNanos) {
    if (nowNanos - ownNanos < intervalNanos) {
      return false;
    }
    ownNanos = nowNanos;
    awaiting = true;
    return true;
  }

  /** True, and it counts, if the other end may ask now. */
  synchronized boolean asked(long nowNanos) {
    long spent = Math.max(theirNanos - nowNanos, -BURST * intervalNanos) + intervalNanos;
    if (spent > 0) {
      return false;
    }
    theirNanos = nowNanos + spent;
    return true;
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
}
