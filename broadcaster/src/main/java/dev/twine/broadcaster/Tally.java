package dev.twine.broadcaster;

import dev.twine.broadcaster.Ticket.Drop;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** What one loop counts while it hands one batch to its peers. Reused from batch to batch. */
final class Tally {
  private int[] queued = {};
  private int size;
  private long deliveries;
  private long deliveredBytes;

  /** Per reason and message; empty while nothing is dropped, which is nearly always. */
  private final Map<Drop, int[]> dropped = new EnumMap<>(Drop.class);

  void start(int messages) {
    size = messages;
    deliveries = 0;
    deliveredBytes = 0;
    dropped.clear();
    if (queued.length < messages) {
      queued = new int[messages];
    } else {
      Arrays.fill(queued, 0, messages, 0);
    }
  }

  void queued(int index, int peers) {
    queued[index] += peers;
  }

  void dropped(int index, Drop reason, int peers) {
    dropped.computeIfAbsent(reason, key -> new int[size])[index] += peers;
  }

  /** Messages went to channels. */
  void delivered(long messages, long bytes) {
    deliveries += messages;
    deliveredBytes += bytes;
  }

  long deliveries() {
    return deliveries;
  }

  long deliveredBytes() {
    return deliveredBytes;
  }

  int queued(int index) {
    return queued[index];
  }

  boolean hasDrops() {
    return !dropped.isEmpty();
  }

  /** Adds the drops of that message to what other loops counted. */
  void addDropsTo(Map<Drop, Integer> sums, int index) {
    dropped.forEach((reason, counts) -> {
      if (counts[index] > 0) {
        sums.merge(reason, counts[index], Integer::sum);
      }
    });
  }
}
