package dev.twine.ws;

import dev.twine.network.Address;
import java.util.LinkedHashMap;
import java.util.Map;

/** When peers that answered with Retry-After may be dialled again. Safe for several threads. */
final class RetryTimes {
  static final int MAX_ADDRESSES = 1_024;

  /** What a peer can ask for at most: it must not get rid of us for good by one answer. */
  static final int MAX_SECONDS = 600;

  private static final long NANOS = 1_000_000_000;

  private final Map<Address, Long> notBefore = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Address, Long> eldest) {
      return size() > MAX_ADDRESSES;
    }
  };

  /** The seconds of a Retry-After header, within bounds; 0 if it says none (or a date). */
  static int parse(String header) {
    return header.matches("[0-9]{1,9}") ? Math.min(MAX_SECONDS, Integer.parseInt(header)) : 0;
  }

  synchronized void postpone(Address address, int seconds, long nowNanos) {
    if (seconds > 0) {
      notBefore.put(address, nowNanos + seconds * NANOS);
    }
  }

  /** 0 if the address may be dialled. */
  synchronized long secondsLeft(Address address, long nowNanos) {
    Long time = notBefore.get(address);
    if (time == null) {
      return 0;
    }
    if (time - nowNanos <= 0) {
      notBefore.remove(address);
      return 0;
    }
    return (time - nowNanos + NANOS - 1) / NANOS;
  }
}
