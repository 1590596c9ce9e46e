package dev.twine.libp2p;

import dev.twine.libp2p.core.DialLimits.Backoff;
import dev.twine.libp2p.core.Multiaddr;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long addresses that failed are left alone. Keys are addresses with their peer ID, so that a
 * wrong ID for an address does not spoil the right one. Any thread.
 */
final class DialBackoff {
  /** Addresses remembered; the ones that failed longest ago make room. */
  static final int MAX_ADDRESSES = 10_000;

  /** Beyond this the doubling is at any sensible maximum. */
  private static final int MAX_DOUBLINGS = 30;

  private record Failure(int count, long untilNanos) {}

  private final Backoff limits;

  private final Map<Multiaddr, Failure> failures = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Multiaddr, Failure> eldest) {
      return size() > MAX_ADDRESSES;
    }
  };

  DialBackoff(Backoff limits) {
    this.limits = limits;
  }

  synchronized boolean blocked(Multiaddr address, long nowNanos) {
    Failure last = failures.get(address);
    return last != null && last.untilNanos() - nowNanos > 0;
  }

  synchronized void failed(Multiaddr address, long nowNanos) {
    Failure last = failures.remove(address);
    int count = last == null ? 1 : Math.min(last.count() + 1, MAX_DOUBLINGS);
    failures.put(address, new Failure(count, nowNanos + pause(count).toNanos()));
  }

  synchronized void succeeded(Multiaddr address) {
    failures.remove(address);
  }

  synchronized int size() {
    return failures.size();
  }

  private Duration pause(int count) {
    Duration pause = limits.first();
    for (int i = 1; i < count && pause.compareTo(limits.longest()) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(limits.longest()) > 0 ? limits.longest() : pause;
  }
}
