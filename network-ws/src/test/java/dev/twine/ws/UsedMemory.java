package dev.twine.ws;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * What this process holds: heap after a collection, and direct memory.
 *
 * @param heap bytes that survive a collection
 * @param direct bytes of buffers outside the heap, those that pools keep included
 */
record UsedMemory(long heap, long direct) {
  private static final long MIB = 1 << 20;
  private static final long POLL_NANOS = 500_000_000;

  static UsedMemory now() {
    // Twice: what the first one queues for cleaning goes with the second.
    System.gc();
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long direct = 0;
    for (var pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      direct += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
    }
    // Netty's own count has what it takes past the JDK, or the same buffers once more.
    return new UsedMemory(heap, Math.max(direct, PlatformDependent.usedDirectMemory()));
  }

  /** Polls until no more than that share above a base is in use. */
  static UsedMemory awaitWithin(double share, UsedMemory base, Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    UsedMemory used = now();
    while (used.total() > base.total() * (1 + share)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(used + " is not within " + share + " of " + base);
      }
      LockSupport.parkNanos(POLL_NANOS);
      used = now();
    }
    return used;
  }

  long total() {
    return heap + direct;
  }

  @Override
  public String toString() {
    return String.format(
        "%.1f MiB heap + %.1f MiB direct", heap / (double) MIB, direct / (double) MIB);
  }
}
