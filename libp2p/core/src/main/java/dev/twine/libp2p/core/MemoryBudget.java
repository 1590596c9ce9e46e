package dev.twine.libp2p.core;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that may be held, within a larger budget or not. Whoever reserves some releases as many. Any
 * thread; meant to be asked for many bytes at a time.
 */
public final class MemoryBudget {
  private final long limit;
  private final String counter;
  private final Refusals refusals;
  private final @Nullable MemoryBudget whole;
  private final AtomicLong used;

  private MemoryBudget(
      long limit,
      String counter,
      Refusals refusals,
      @Nullable MemoryBudget whole,
      AtomicLong used) {
    this.limit = limit;
    this.counter = counter;
    this.refusals = refusals;
    this.whole = whole;
    this.used = used;
  }

  /**
   * A budget of its own.
   *
   * @param counter the name under which refusals are counted
   */
  public static MemoryBudget of(long limit, String counter, Refusals refusals) {
    return new MemoryBudget(limit, counter, refusals, null, new AtomicLong());
  }

  /** A part of this one: what it holds counts for both. */
  public MemoryBudget part(long partLimit, String partCounter) {
    return new MemoryBudget(partLimit, partCounter, refusals, this, new AtomicLong());
  }

  /**
   * This part for what parts have in common, which is bounded elsewhere: what it holds counts for the
   * part and not for the whole. Both have the limit of the part together.
   */
  public MemoryBudget alone() {
    return new MemoryBudget(limit, counter, refusals, null, used);
  }

  /** Takes all of it or nothing; false, and counted, if there is no room. */
  public boolean reserve(long bytes) {
    return reserve(bytes, 1);
  }

  /** The same for what is wanted, not needed: within half of the limit. */
  public boolean reserveSpare(long bytes) {
    return reserve(bytes, 2);
  }

  public void release(long bytes) {
    used.addAndGet(-bytes);
    if (whole != null) {
      whole.release(bytes);
    }
  }

  /** What is held. */
  public long used() {
    return used.get();
  }

  private boolean reserve(long bytes, int share) {
    if (used.addAndGet(bytes) > limit / share) {
      used.addAndGet(-bytes);
      refusals.count(counter);
      return false;
    }
    if (whole != null && !whole.reserve(bytes, share)) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }
}
