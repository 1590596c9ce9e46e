package dev.twine.node.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what every node handled with what all have sent. A message is owed to a node if no {@link
 * Disturbance} lies between it and the sender from the moment it was sent until the window has passed.
 */
final class Verdict {
  /** Between a moment in one process and the note of it in another. */
  static final long CLOCK_MILLIS = 500;

  private static final int KEPT = 20;

  private final List<Integer> lives;
  private final List<Disturbance> disturbances;
  private final List<Overflow> overflows;
  private final long windowMillis;
  private final Map<Integer, Sent> sent = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private long[] latencies = new long[1024];
  private int delivered;
  private long owed;
  private long possible;
  private long missing;
  private long overflowed;
  private long repeated;
  private long invented;
  private long altered;
  private long refused;
  private long messages;

  /** What one life has sent, by sequence. */
  private record Sent(long[] millis, int[] sums) {}

  Verdict(
      List<Integer> lives,
      List<Disturbance> disturbances,
      List<Overflow> overflows,
      long windowMillis) {
    this.lives = lives;
    this.disturbances = disturbances;
    this.overflows = overflows;
    this.windowMillis = windowMillis;
  }

  /** Reads all journals. Once. */
  Verdict of(Path directory) {
    for (int origin : lives) {
      List<Journal.Entry> entries = Journal.read(directory.resolve("sent-" + origin));
      int size = entries.stream().mapToInt(one -> one.sequence() + 1).max().orElse(0);
      var own = new Sent(new long[size], new int[size]);
      for (Journal.Entry entry : entries) {
        own.millis[entry.sequence()] = entry.millis();
        own.sums[entry.sequence()] = entry.millis() < 0 ? 0 : entry.sum();
        refused += entry.millis() < 0 ? 1 : 0;
      }
      sent.put(origin, own);
      messages += size;
    }
    messages -= refused;
    Map<Integer, Map<Integer, long[]>> byNode = new HashMap<>();
    for (int life : lives) {
      read(life, directory, byNode.computeIfAbsent(Life.node(life), node -> new HashMap<>()));
    }
    byNode.forEach(this::settle);
    return this;
  }

  /** Into {@code first}: when each message was handled first, by any life of the node. */
  private void read(int life, Path directory, Map<Integer, long[]> first) {
    Map<Integer, long[]> own = new HashMap<>();
    for (Journal.Entry entry : Journal.read(directory.resolve("handled-" + life))) {
      Sent known = sent.get(entry.origin());
      int number = entry.sequence();
      boolean isKnown = known != null
          && number >= 0
          && number < known.millis.length
          && known.millis[number] > 0
          && entry.origin() != life;
      if (!isKnown) {
        invented++;
        say("handled by " + life + " and sent by nobody else: " + entry);
        continue;
      }
      if (known.sums[number] != entry.sum()) {
        altered++;
        say("altered on the way to " + life + ": " + entry);
      }
      int count = known.millis.length;
      long[] times = own.computeIfAbsent(entry.origin(), origin -> new long[count]);
      if (times[number] > 0) {
        repeated++;
        say("handled twice by " + life + ": " + entry);
      }
      times[number] = entry.millis();
      long[] all = first.computeIfAbsent(entry.origin(), origin -> new long[count]);
      all[number] = all[number] == 0 ? entry.millis() : Math.min(all[number], entry.millis());
    }
  }

  private void settle(int node, Map<Integer, long[]> handled) {
    sent.forEach((origin, all) -> {
      if (Life.node(origin) != node) {
        long[] times = handled.getOrDefault(origin, new long[all.millis.length]);
        for (int i = 0; i < all.millis.length; i++) {
          if (all.millis[i] > 0) {
            settle(node, origin, i, all.millis[i], times[i]);
          }
        }
      }
    });
  }

  private void settle(int node, int origin, int sequence, long sentAt, long handledAt) {
    possible++;
    boolean isExcused = disturbances.stream()
        .anyMatch(one -> one.excuses(Life.node(origin), node, sentAt, sentAt + windowMillis));
    if (isExcused) {
      return;
    }
    owed++;
    boolean isBulk = !FaultNode.hasPriority(sequence);
    if (handledAt == 0 && isBulk && overflows.stream().anyMatch(one -> one.explains(sentAt))) {
      overflowed++;
      return;
    }
    if (handledAt == 0) {
      missing++;
      say("node " + node + " has not got " + sequence + " of " + origin + ", sent at " + sentAt);
      return;
    }
    if (delivered == latencies.length) {
      latencies = Arrays.copyOf(latencies, 2 * delivered);
    }
    latencies[delivered++] = handledAt - sentAt;
  }

  private void say(String what) {
    if (wrong.size() < KEPT) {
      wrong.add(what);
    }
  }

  /** What is wrong, the first of each; empty if nothing is. */
  List<String> wrong() {
    return wrong;
  }

  long messages() {
    return messages;
  }

  /** The part of all deliveries that was owed. */
  double share() {
    return (double) owed / possible;
  }

  ObjectNode json() {
    Arrays.sort(latencies, 0, delivered);
    ObjectNode json = Json.object()
        .put("messages", messages)
        .put("refused", refused)
        .put("owed", owed)
        .put("possible", possible)
        .put("missing", missing)
        .put("overflowed", overflowed)
        .put("duplicates", repeated)
        .put("invented", invented)
        .put("altered", altered)
        .put("windowMillis", windowMillis)
        .put("p50Millis", percentile(50))
        .put("p99Millis", percentile(99))
        .put("maxMillis", percentile(100));
    var all = json.putArray("disturbances");
    disturbances.forEach(one -> all.add(Json.object()
        .put("what", one.what())
        .put("fromMillis", one.from())
        .put("lastedMillis", one.over() - one.from())
        .put("recoveryMillis", one.recoveryMillis())));
    var full = json.putArray("overflows");
    overflows.forEach(one -> full.add(
        Json.object().put("lastedMillis", one.until() - one.from()).put("dropped", one.dropped())));
    var faults = json.putArray("wrong");
    wrong.forEach(faults::add);
    return json;
  }

  private long percentile(int percent) {
    return delivered == 0 ? -1 : latencies[(int) ((delivered - 1) * (long) percent / 100)];
  }
}
