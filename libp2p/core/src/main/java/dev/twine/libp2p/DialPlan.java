package dev.twine.libp2p;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When to try which address of one peer: the next one starts when the one before it has failed or
 * has had its head start. No I/O and no clock.
 */
final class DialPlan {
  private final List<DialTarget> ranked;
  private final long staggerNanos;
  private final int parallel;
  private int next;
  private int active;
  private long lastStart;

  /** The latest one has failed, so the next need not wait. */
  private boolean released = true;

  DialPlan(List<DialTarget> ranked, Duration stagger, int parallel) {
    this.ranked = List.copyOf(ranked);
    this.staggerNanos = stagger.toNanos();
    this.parallel = parallel;
  }

  /** The address to try now, counted as started, or null. */
  @Nullable
  DialTarget start(long nowNanos) {
    if (next == ranked.size() || active >= parallel || waitNanos(nowNanos) > 0) {
      return null;
    }
    active++;
    released = false;
    lastStart = nowNanos;
    return ranked.get(next++);
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
    return next < ranked.size();
  }

  /** Whether everything was tried and has failed. */
  boolean exhausted() {
    return active == 0 && !hasNext();
  }
}
