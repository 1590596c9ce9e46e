package dev.twine.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads are about to do, with a deadline. */
public final class Eventually {
  /** Longer than any healthy test needs, so that a slow machine does not fail it. */
  public static final Duration DEADLINE = Duration.ofSeconds(10);

  private static final Duration STEP = Duration.ofMillis(100);
  private static final long PAUSE_NANOS = 2_000_000;

  private Eventually() {}

  /**
   * Returns once the condition holds.
   *
   * @param what to say if it does not within {@link #DEADLINE}
   * @throws AssertionError then
   */
  public static void until(Supplier<String> what, BooleanSupplier condition) {
    within(DEADLINE, what, condition);
  }

  /** As {@link #until(Supplier, BooleanSupplier)}, for what has a deadline of its own. */
  public static void within(Duration deadline, Supplier<String> what, BooleanSupplier condition) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + deadline.toSeconds() + " s: " + what.get());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /**
   * Lets time pass on a manual clock, in steps small enough that other threads keep up with it, until
   * the condition holds.
   */
  public static void asTimePasses(ManualClock clock, String what, BooleanSupplier condition) {
    until(what, () -> {
      boolean holds = condition.getAsBoolean();
      if (!holds) {
        clock.advance(STEP);
      }
      return holds;
    });
  }

  /** As {@link #until(Supplier, BooleanSupplier)} with a fixed text. */
  public static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }
}
