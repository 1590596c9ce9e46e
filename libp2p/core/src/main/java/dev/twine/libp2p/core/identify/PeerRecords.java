package dev.twine.libp2p.core.identify;

import dev.twine.identity.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The newest signed record of each peer that brought its own.
 *
 * <p>Records of third parties never come in, so an attacker needs a connection for each one. Bounded
 * in number, the longest unused goes first, and in age. No clock: the time is a parameter. Any
 * thread.
 */
final class PeerRecords {
  /** Ten times the connections of a host. */
  static final int MAX = 10_000;

  /** An address that nobody has confirmed for an hour is likely to be gone. */
  static final long MAX_AGE_NANOS = 3_600_000_000_000L;

  private record Entry(PeerRecord record, long sinceNanos) {}

  private final int capacity;
  private final LinkedHashMap<NodeId, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  PeerRecords(int capacity) {
    this.capacity = capacity;
  }

  /** Whether this record would replace the one that is known; saves checking a signature. */
  synchronized boolean wants(PeerRecord record, long nowNanos) {
    Optional<PeerRecord> known = of(record.id(), nowNanos);
    return known.isEmpty() || record.isNewerThan(known.get());
  }

  /**
   * Keeps a record whose signature holds, unless a newer one is known.
   *
   * @return the newest
   */
  synchronized PeerRecord keep(PeerRecord record, long nowNanos) {
    Optional<PeerRecord> known = of(record.id(), nowNanos);
    boolean older = known.isPresent() && known.get().isNewerThan(record);
    PeerRecord newest = older ? known.get() : record;
    entries.put(record.id(), new Entry(newest, nowNanos));
    if (entries.size() > capacity) {
      Map.Entry<NodeId, Entry> eldest = entries.entrySet().iterator().next();
      entries.remove(eldest.getKey());
    }
    return newest;
  }

  synchronized Optional<PeerRecord> of(NodeId peer, long nowNanos) {
    Entry entry = entries.get(peer);
    if (entry != null && nowNanos - entry.sinceNanos > MAX_AGE_NANOS) {
      entries.remove(peer);
      return Optional.empty();
    }
    return entry == null ? Optional.empty() : Optional.of(entry.record);
  }

  synchronized int size() {
    return entries.size();
  }
}
