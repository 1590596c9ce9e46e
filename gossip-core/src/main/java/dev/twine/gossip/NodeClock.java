package dev.twine.gossip;

import dev.twine.network.Registration;
import java.time.Duration;
import java.time.Instant;

/** Time, and what is to happen at a time. Safe for use by several threads. */
public interface NodeClock {
  /** As {@link System#nanoTime}: only differences mean anything. */
  long nanoTime();

  /** The wall clock, for what people read. */
  Instant now();

  /**
   * Runs a short task once that never waits, on the clock's own thread, unless the registration is
   * closed before.
   */
  Registration schedule(Duration delay, Runnable task);
}
