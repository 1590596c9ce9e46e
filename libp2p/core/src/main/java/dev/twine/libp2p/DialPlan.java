package dev.twine.libp2p;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When to try which address of one peer: the next one starts when the one before it has failed or
 * has had its head start. No I/O and no clock.
 */
final class DialPlan {
  private final long staggerNanos;
  private final int parallel;

  /** What was not tried yet, the best first. */
  private Deque<DialTarget> untried = new ArrayDeque<>();

  private int active;
  private long lastStart;

  /** The latest one has failed, so the next need not wait. */
  private boolean released = true;

  DialPlan(Duration stagger, int parallel) {
    this.staggerNanos = stagger.toNanos();
    this.parallel = parallel;
  }

  /** Ranks further addresses among those that were not tried. */
  void add(Collection<DialTarget> more) {
    List<DialTarget> all = new ArrayList<>(untried);
    all.addAll(more);
    untried = new ArrayDeque<>(DialTarget.rank(all));
  }

  /** The address to try now, counted as started, or null. */
  @Nullable
  DialTarget start(long nowNanos) {
    if (untried.isEmpty() || active >= parallel || waitNanos(nowNanos) > 0) {
      return null;
    }
    active++;
    released = false;
    lastStart = nowNanos;
    return untried.poll();
  }

  /** An address has failed. */
  void failed() {
    active--;
    released = true;
  }

  /** How long until {@link #start} may yield another; 0 if now or only after a failure. */
  long waitNanos(long nowNanos) {
    return released ? 0 : Math.max(0, staggerNanos - (nowNanos - lastStart));
  }

  /** Whether there are addresses that were not tried. */
  boolean hasNext() {
    return !untried.isEmpty();
  }

  /** Whether everything was tried and has failed. */
  boolean exhausted() {
    return active == 0 && !hasNext();
  }
}
