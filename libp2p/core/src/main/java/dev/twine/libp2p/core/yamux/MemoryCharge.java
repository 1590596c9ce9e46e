package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.MemoryBudget;

/**
 * What one connection takes of its peer's memory: the growth of its windows, or what it holds within
 * them if that is more, and its queues. Asks the budget for steps, so that most changes cost no more
 * than a comparison. Confined to the event loop.
 */
final class MemoryCharge {
  /** Reserved at a time. */
  static final int STEP = 64 << 10;

  /** Kept beyond what is needed until {@link #settle}, so that it does not go to and fro. */
  private static final int SLACK = 4 * STEP;

  private final MemoryBudget budget;
  private long grown;
  private long held;
  private long queued;
  private long reserved;
  private boolean closed;

  MemoryCharge(MemoryBudget budget) {
    this.budget = budget;
  }

  /** Windows grow or shrink by so much; false if they may not grow. */
  boolean grow(long bytes) {
    long more = Math.max(0, Math.max(grown + bytes, held) + queued - reserved);
    if (more > 0 && !take(more, true)) {
      return false;
    }
    grown += bytes;
    giveBack(need());
    return true;
  }

  /** Data that waits for reads changes by so much; false if it may not grow. */
  boolean hold(long bytes) {
    if (!fits(Math.max(grown, held + bytes) + queued)) {
      return false;
    }
    held += bytes;
    return true;
  }

  /** What is queued to be sent changes by so much; false if it may not grow. */
  boolean queue(long bytes) {
    if (!fits(need() + bytes)) {
      return false;
    }
    queued += bytes;
    return true;
  }

  /** Gives back what is not needed now. */
  void settle() {
    release((reserved - need()) / STEP * STEP);
  }

  /** The connection is gone, and with it all that it held. Nothing is charged any more. */
  void close() {
    closed = true;
    release(reserved);
  }

  /** What the budget is charged with. */
  long reserved() {
    return reserved;
  }

  private long need() {
    return Math.max(grown, held) + queued;
  }

  private void release(long bytes) {
    if (bytes > 0) {
      reserved -= bytes;
      budget.release(bytes);
    }
  }

  private boolean fits(long need) {
    if (need > reserved) {
      return take(need - reserved, false);
    }
    giveBack(need);
    return true;
  }

  private boolean take(long bytes, boolean spare) {
    if (closed) {
      return false;
    }
    long steps = (bytes + STEP - 1) / STEP * STEP;
    if (spare ? budget.reserveSpare(steps) : budget.reserve(steps)) {
      reserved += steps;
      return true;
    }
    return false;
  }

  private void giveBack(long need) {
    long spare = (reserved - need) / STEP * STEP;
    if (spare > SLACK) {
      release(spare - STEP);
    }
  }
}
