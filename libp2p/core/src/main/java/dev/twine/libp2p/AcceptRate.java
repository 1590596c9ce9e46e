package dev.twine.libp2p;

import java.util.HashMap;
import java.util.Map;

/** How often each address may connect: a bucket per address, in a bounded table. Not thread-safe. */
final class AcceptRate {
  /** Addresses remembered; each takes about 100 bytes. */
  static final int MAX_ADDRESSES = 10_000;

  private static final long SECOND = 1_000_000_000L;

  private final long costNanos;
  private final long burstNanos;

  /** When the bucket of an address is full again. */
  private final Map<IpGroup, Long> fullAt = new HashMap<>();

  AcceptRate(int perSecond, int burst) {
    this.costNanos = SECOND / perSecond;
    this.burstNanos = costNanos * burst;
  }

  boolean allow(IpGroup address, long nowNanos) {
    Long known = fullAt.get(address);
    long from = known == null || known - nowNanos < 0 ? nowNanos : known;
    if (from + costNanos - nowNanos > burstNanos) {
      return false;
    }
    if (known == null && fullAt.size() >= MAX_ADDRESSES) {
      fullAt.values().removeIf(full -> full - nowNanos <= 0);
      if (fullAt.size() >= MAX_ADDRESSES) {
        // So many addresses within seconds are one attacker.
        return false;
      }
    }
    fullAt.put(address, from + costNanos);
    return true;
  }

  int addresses() {
    return fullAt.size();
  }
}
