package dev.twine.ws;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the new connections of each IP address in windows of one second. Safe for several threads.
 * The time comes in, so that the class has no clock.
 */
final class ConnectionRates {
  /** Addresses beyond that push out the ones not seen for longest; 4096 take about 0.5 MiB. */
  static final int MAX_ADDRESSES = 4_096;

  private static final long WINDOW_NANOS = 1_000_000_000;
  /** A site has at least this much of the IPv6 space, and with it any number of addresses. */
  private static final int SITE_BYTES = 7;

  private final Map<ByteBuffer, Window> windows = new LinkedHashMap<>(64, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Window> eldest) {
      return size() > MAX_ADDRESSES;
    }
  };

  private static final class Window {
    private long start;
    private int count;
  }

  /** Counts one more connection and tells how many the address has made in this window. */
  synchronized int arrive(InetAddress address, long nowNanos) {
    Window window = windows.computeIfAbsent(site(address), absent -> new Window());
    if (window.count == 0 || nowNanos - window.start >= WINDOW_NANOS) {
      window.start = nowNanos;
      window.count = 0;
    }
    return ++window.count;
  }

  /** IPv4 addresses stand for themselves, IPv6 ones for their /56. */
  static ByteBuffer site(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean wide = address instanceof Inet6Address;
    return ByteBuffer.wrap(wide ? Arrays.copyOf(bytes, SITE_BYTES) : bytes);
  }
}
