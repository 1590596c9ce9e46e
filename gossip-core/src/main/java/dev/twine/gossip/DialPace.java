package dev.twine.gossip;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How often one host is dialled because others told of it: eight times at once, and then eight times a
 * minute. Else who tells of many addresses at one host turns all nodes that hear of it on that host.
 *
 * <p>Reads no clock. Not safe for use by several threads: belongs to the {@link DialSchedule}.
 */
final class DialPace {
  static final int BURST = 8;
  static final long STEP_NANOS = TimeUnit.MINUTES.toNanos(1) / BURST;

  private final Map<String, Long> freeNanos;

  /**
   * @param maxHosts that are remembered; beyond it the one that was dialled longest ago is forgotten
   */
  DialPace(int maxHosts) {
    freeNanos = new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
        return size() > maxHosts;
      }
    };
  }

  /** Nanoseconds until that host may be dialled; 0 or less if it may. */
  long waitNanos(String host, long nowNanos) {
    Long free = freeNanos.get(host);
    return free == null ? 0 : free - nowNanos - (BURST - 1) * STEP_NANOS;
  }

  void dialled(String host, long nowNanos) {
    Long free = freeNanos.get(host);
    long from = free == null || free - nowNanos < 0 ? nowNanos : free;
    freeNanos.put(host, from + STEP_NANOS);
  }
}
