package dev.twine.broadcaster;

import io.netty.channel.EventLoop;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices on time that a peer of one event loop has lagged for {@link
 * BroadcasterConfig.Lag#behindAfter}. One timer for all peers, which runs only while one lags.
 *
 * <p>Confined to the event loop.
 */
final class LagTimer {
  private final EventLoop loop;
  private final LongSupplier nanoClock;
  private final long behindAfterNanos;

  /** Those that lag and are not behind yet, the longest first. */
  private final LinkedHashSet<Backlog> lagging = new LinkedHashSet<>();

  private boolean set;

  LagTimer(EventLoop loop, BroadcasterConfig config, LongSupplier nanoClock) {
    this.loop = loop;
    this.nanoClock = nanoClock;
    this.behindAfterNanos = config.lag().behindAfter().toNanos();
  }

  /** Frames have begun to wait there. */
  void began(Backlog backlog) {
    lagging.add(backlog);
    if (!set) {
      set(behindAfterNanos);
    }
  }

  /** Nothing waits there any more. */
  void ended(Backlog backlog) {
    lagging.remove(backlog);
  }

  private void look() {
    set = false;
    long nowNanos = nanoClock.getAsLong();
    for (Iterator<Backlog> all = lagging.iterator(); all.hasNext(); ) {
      Backlog next = all.next();
      long left = behindAfterNanos - (nowNanos - next.sinceNanos());
      if (left > 0) {
        set(left);
        return;
      }
      all.remove();
      next.fallBehind();
    }
  }

  private void set(long nanos) {
    if (!loop.isShuttingDown()) {
      set = true;
      loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }
  }
}
