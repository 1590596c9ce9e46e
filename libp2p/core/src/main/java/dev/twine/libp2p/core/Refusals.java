package dev.twine.libp2p.core;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what limits refused, by the name of the limit.
 *
 * <p>Names are constants of the code, such as {@code handshakes.pending}, never a peer's text: the
 * table is as large as the number of limits. Any thread.
 */
public final class Refusals {
  private final ConcurrentHashMap<String, LongAdder> counts = new ConcurrentHashMap<>();

  /** All zero. */
  public Refusals() {}

  /** Counts one refusal. */
  public void count(String limit) {
    LongAdder adder = counts.get(limit);
    if (adder == null) {
      adder = counts.computeIfAbsent(limit, name -> new LongAdder());
    }
    adder.increment();
  }

  /** How often that limit refused. */
  public long of(String limit) {
    LongAdder adder = counts.get(limit);
    return adder == null ? 0 : adder.sum();
  }

  /** A snapshot, sorted by name. */
  public Map<String, Long> snapshot() {
    TreeMap<String, Long> result = new TreeMap<>();
    counts.forEach((name, adder) -> result.put(name, adder.sum()));
    return result;
  }
}
