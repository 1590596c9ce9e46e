package dev.twine.broadcaster;

import dev.twine.broadcaster.PeerWriter.CutReason;
import dev.twine.broadcaster.Ticket.Drop;
import dev.twine.broadcaster.Ticket.Refusal;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a broadcaster counts. Added to once per batch where it can be, by any thread. */
final class Counters {
  final LongAdder accepted = new LongAdder();
  final LongAdder batches = new LongAdder();
  final LongAdder deliveries = new LongAdder();
  final LongAdder deliveredBytes = new LongAdder();

  private final Map<Refusal, LongAdder> refused = adders(Refusal.class);
  private final Map<Drop, LongAdder> dropped = adders(Drop.class);
  private final Map<CutReason, LongAdder> cuts = adders(CutReason.class);

  void refused(Refusal reason) {
    add(refused, reason, 1);
  }

  void dropped(Drop reason, long messages) {
    add(dropped, reason, messages);
  }

  void cut(CutReason reason) {
    add(cuts, reason, 1);
  }

  BroadcasterStats snapshot(int peers, int priorityLane, int bulkLane, long laneBytes) {
    return new BroadcasterStats(
        accepted.sum(),
        sums(refused),
        batches.sum(),
        deliveries.sum(),
        deliveredBytes.sum(),
        sums(dropped),
        sums(cuts),
        peers,
        priorityLane,
        bulkLane,
        laneBytes);
  }

  private static <K extends Enum<K>> Map<K, LongAdder> adders(Class<K> keys) {
    var map = new EnumMap<K, LongAdder>(keys);
    for (K key : keys.getEnumConstants()) {
      map.put(key, new LongAdder());
    }
    return map;
  }

  private static <K> void add(Map<K, LongAdder> adders, K key, long value) {
    LongAdder adder = adders.get(key);
    if (adder != null) {
      adder.add(value);
    }
  }

  private static <K> Map<K, Long> sums(Map<K, LongAdder> adders) {
    var sums = new HashMap<K, Long>();
    adders.forEach((key, adder) -> sums.put(key, adder.sum()));
    return sums;
  }
}
