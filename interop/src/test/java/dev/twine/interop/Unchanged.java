package dev.twine.interop;

import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** Whether a value is the same as when it was looked at last. */
final class Unchanged implements Callable<Boolean> {
  private final LongSupplier value;
  private long last = Long.MIN_VALUE;

  Unchanged(LongSupplier value) {
    this.value = value;
  }

  @Override
  public Boolean call() {
    long now = value.getAsLong();
    boolean same = now == last;
    last = now;
    return same;
  }
}
