package dev.twine.libp2p;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often each address may connect: a bucket per address, in a bounded table. Not thread-safe. */
final class AcceptRate {
  /**
   * Addresses remembered; each takes about 120 bytes. When there are more, those that connected
   * longest ago are forgotten: whoever has so many addresses gains little by that, and keeps nobody
   * else out.
   */
  static final int MAX_ADDRESSES = 10_000;

  private static final long SECOND = 1_000_000_000L;

  private final long costNanos;
  private final long burstNanos;

  /** When the bucket of an address is full again; the one that connected longest ago first. */
  private final Map<IpGroup, Long> fullAt = new LinkedHashMap<>();

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
    if (known == null) {
      makeRoom(nowNanos);
    } else {
      fullAt.remove(address);
    }
    fullAt.put(address, from + costNanos);
    return true;
  }

  int addresses() {
    return fullAt.size();
  }

  private void makeRoom(long nowNanos) {
    Iterator<Long> oldest = fullAt.values().iterator();
    while (oldest.hasNext() && (oldest.next() - nowNanos <= 0 || fullAt.size() >= MAX_ADDRESSES)) {
      oldest.remove();
    }
  }
}
