package dev.twine.libp2p.core.perf;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells when a number has not changed for one period, up to two. On one event loop. */
final class StallTimer {
  private final EventExecutor loop;
  private final LongSupplier progress;
  private final Runnable stalled;
  private @Nullable Future<?> next;
  private long last;

  StallTimer(EventExecutor loop, LongSupplier progress, Runnable stalled) {
    this.loop = loop;
    this.progress = progress;
    this.stalled = stalled;
  }

  void start(Duration period) {
    last = progress.getAsLong();
    next = loop.scheduleAtFixedRate(
        this::check, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  void stop() {
    if (next != null) {
      next.cancel(false);
    }
  }

  private void check() {
    long now = progress.getAsLong();
    if (now == last) {
      stop();
      stalled.run();
    }
    last = now;
  }
}
