package dev.twine.ws;

import dev.twine.network.AddressGroup;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the new connections of each {@link AddressGroup} in windows of one second. Safe for several threads.
 * The time comes in, so that the class has no clock.
 */
final class ConnectionRates {
  /** Addresses beyond that push out the ones not seen for longest; 4096 take about 0.5 MiB. */
  static final int MAX_ADDRESSES = 4_096;

  private static final long WINDOW_NANOS = 1_000_000_000;

  private final Map<InetAddress, Window> windows = new LinkedHashMap<>(64, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<InetAddress, Window> eldest) {
      return size() > MAX_ADDRESSES;
    }
  };

  private static final class Window {
    private long start;
    private int count;
  }

  /** Counts one more connection and tells how many the address has made in this window. */
  synchronized int arrive(InetAddress address, long nowNanos) {
    Window window = windows.computeIfAbsent(AddressGroup.of(address), absent -> new Window());
    if (window.count == 0 || nowNanos - window.start >= WINDOW_NANOS) {
      window.start = nowNanos;
      window.count = 0;
    }
    return ++window.count;
  }
}
