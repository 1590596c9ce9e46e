package dev.twine.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How long a broadcast waits for a receiver that takes nothing. */
final class Patience {
  /** As long as a node waits for progress before it cuts a peer. */
  static final int SECONDS = 30;

  /** Short against the time to send a window of messages, long against a look at some queues. */
  private static final long PAUSE_NANOS = 20_000;

  private Patience() {}

  /** For libraries that tell how much is queued and not when that changes. */
  static void await(BooleanSupplier room) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!room.getAsBoolean()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (System.nanoTime() - deadline > 0) {
        throw exhausted();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  static IllegalStateException exhausted() {
    return new IllegalStateException("a receiver took nothing for " + SECONDS + " s");
  }
}
