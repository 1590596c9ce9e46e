package dev.twine.libp2p;

import dev.twine.libp2p.core.DescriptorLimits;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Whether the process has a descriptor left for another connection, whoever took the others: hosts
 * that know nothing of each other may share a process. Between two looks at the system, which happen
 * only while somebody asks, a host knows what it has taken itself. Any thread.
 */
final class Descriptors {
  /** Hosts that all accept as fast as they can take less than the reserve in so short a time. */
  static final long EVERY_NANOS = 10_000_000;

  /** Looking takes one part in so many of the time at most. */
  private static final int SHARE = 20;

  /**
   * What the system has to do with it.
   *
   * @param limit how many descriptors it may have
   * @param open how many it has; zero if unknown
   * @param executor where to find that out
   */
  record Kernel(long limit, LongSupplier open, Executor executor, LongSupplier nanoClock) {
    static Kernel real(Executor executor, LongSupplier nanoClock) {
      return new Kernel(ProcessFiles.limit(), ProcessFiles::open, executor, nanoClock);
    }
  }

  /**
   * @param open of the process
   * @param own connections of this host at that time
   */
  private record Look(long nanos, long open, int own) {}

  private final Kernel kernel;
  private final long most;
  private final long holdsNanos;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile long nextNanos;
  private volatile Look last;

  Descriptors(DescriptorLimits limits, Kernel kernel) {
    this.kernel = kernel;
    long left = kernel.limit - Math.min(limits.reserved(), kernel.limit / 2);
    this.most = Math.max(1, left);
    // Who pauses because of one look asks again before it is out of date.
    this.holdsNanos = 2 * limits.longestPause().toNanos();
    this.nextNanos = kernel.nanoClock.getAsLong();
    this.last = new Look(nextNanos, 0, 0);
  }

  /**
   * Whether no further connection may be taken.
   *
   * @param own connections that this host has
   */
  boolean isFull(int own) {
    long now = kernel.nanoClock.getAsLong();
    if (now - nextNanos >= 0 && looking.compareAndSet(false, true)) {
      look(own);
    }
    Look known = last;
    boolean holds = now - known.nanos < holdsNanos;
    return own >= most || (holds && known.open + own - known.own >= most);
  }

  private void look(int own) {
    try {
      kernel.executor.execute(() -> {
        long start = kernel.nanoClock.getAsLong();
        last = new Look(start, kernel.open.getAsLong(), own);
        long end = kernel.nanoClock.getAsLong();
        nextNanos = end + Math.max(EVERY_NANOS, SHARE * (end - start));
        looking.set(false);
      });
    } catch (RejectedExecutionException busy) {
      looking.set(false);
    }
  }
}
