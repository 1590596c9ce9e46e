package dev.twine.node.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps the log readable while a peer is away: its first failure is reported, and then at most one a
 * minute. For one thread.
 */
final class DialReports {
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
  /** More than a node dials at a time. Beyond it the oldest is forgotten and reported once more. */
  private static final int MAX_ADDRESSES = 1_024;

  private final LongSupplier nanoClock;
  private final Map<String, Long> reported = new LinkedHashMap<>();

  DialReports(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** True if this failure is to be reported. */
  boolean failed(String address) {
    long now = nanoClock.getAsLong();
    Long last = reported.get(address);
    if (last != null && now - last < PAUSE_NANOS) {
      return false;
    }
    reported.remove(address); // So that it becomes the newest.
    reported.put(address, now);
    if (reported.size() > MAX_ADDRESSES) {
      reported.remove(reported.keySet().iterator().next());
    }
    return true;
  }

  /** The next failure is news again. */
  void connected(String address) {
    reported.remove(address);
  }
}
