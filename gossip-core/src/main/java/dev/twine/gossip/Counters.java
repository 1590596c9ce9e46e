package dev.twine.gossip;

import dev.twine.network.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one node. Safe for every thread; callers on hot paths keep the adder. */
final class Counters {
  static final String RECEIVED = "twine_messages_received_total";
  static final String RECEIVED_BYTES = "twine_bytes_received_total";
  static final String DUPLICATE = "twine_messages_duplicate_total";
  static final String OPENED = "twine_connections_opened_total";
  static final String DISCONNECTED = "twine_peers_disconnected_total";
  static final String REFUSED = "twine_refused_total";
  static final String IDENTITY_DUPLICATES = "twine_identity_duplicates_total";
  static final String HANDLER_FAILURES = "twine_handler_failures_total";
  static final String WATCH_MISSED = "twine_watch_missed_total";
  static final String DIALS = "twine_dials_total";
  static final String FEELERS = "twine_feelers_total";
  static final String BOOTSTRAP = "twine_bootstrap_lookups_total";
  static final String LEARNED = "twine_addresses_learned_total";

  /** Labels come from small sets; should one not, what it counts is lost and memory is not. */
  private static final int MAX_COUNTERS = 4_096;

  private record Key(String name, List<String> labels) {}

  private final ConcurrentHashMap<Key, LongAdder> adders = new ConcurrentHashMap<>();
  private final LongAdder surplus = new LongAdder();

  /** The counter of that name; labels are names and values in turn. */
  LongAdder of(String name, String... labels) {
    var key = new Key(name, List.of(labels));
    LongAdder adder = adders.get(key);
    if (adder != null) {
      return adder;
    }
    return adders.size() < MAX_COUNTERS
        ? adders.computeIfAbsent(key, absent -> new LongAdder())
        : surplus;
  }

  void count(String name, String... labels) {
    of(name, labels).increment();
  }

  /** Something that a peer or a caller asked for and did not get. */
  void refused(String reason) {
    count(REFUSED, "reason", reason);
  }

  List<Metric> snapshot() {
    var metrics = new ArrayList<Metric>();
    adders.forEach((key, adder) ->
        metrics.add(new Metric(key.name, Metric.Kind.COUNTER, labels(key.labels), adder.sum())));
    return metrics;
  }

  private static Map<String, String> labels(List<String> pairs) {
    var labels = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      labels.put(pairs.get(i), pairs.get(i + 1));
    }
    return labels;
  }
}
