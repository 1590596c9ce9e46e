package dev.twine.node.peer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/** The same thing again and again, by a number of rows side by side, until the end. */
final class Rounds {
  private final LongSupplier nanoClock;
  private final long end;
  private final AtomicLong started = new AtomicLong();
  private final AtomicLong finished = new AtomicLong();

  Rounds(LongSupplier nanoClock, long end) {
    this.nanoClock = nanoClock;
    this.end = end;
  }

  /**
   * Starts the rows.
   *
   * @param once takes a number of its own; must not complete before it returns
   * @return the number of rounds, when the last of each row is over
   */
  CompletableFuture<Long> run(int rows, IntRound once) {
    var all = new CompletableFuture<?>[rows];
    for (int row = 0; row < rows; row++) {
      int mine = row;
      var done = new CompletableFuture<Void>();
      all[row] = done;
      next(number -> once.start(mine, number), done);
    }
    return CompletableFuture.allOf(all).thenApply(done -> finished.get());
  }

  /** One round of a row. */
  interface IntRound {
    CompletableFuture<?> start(int row, long number);
  }

  private void next(LongFunction<CompletableFuture<?>> once, CompletableFuture<Void> done) {
    once.apply(started.getAndIncrement()).whenComplete((result, failure) -> {
      if (failure != null) {
        done.completeExceptionally(failure);
        return;
      }
      finished.incrementAndGet();
      if (nanoClock.getAsLong() - end < 0) {
        next(once, done);
      } else {
        done.complete(null);
      }
    });
  }
}
