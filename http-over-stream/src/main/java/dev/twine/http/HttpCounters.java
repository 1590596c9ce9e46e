package dev.twine.http;

import dev.twine.network.Metric;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What happened on the HTTP side of a node. Safe for use by several threads. */
public final class HttpCounters {
  private final LongAdder requests = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder connections = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);

  public HttpCounters() {
    for (Refusal reason : Refusal.values()) {
      refused.put(reason, new LongAdder());
    }
  }

  /** Requests whose headers arrived, refused ones included. */
  public long requests() {
    return requests.sum();
  }

  /** Exchanges that a service or an immediate answer finished. */
  public long answered() {
    return answered.sum();
  }

  /** Requests refused and exchanges cut, for all reasons. */
  public long refused() {
    Collection<LongAdder> all = refused.values();
    return all.stream().mapToLong(LongAdder::sum).sum();
  }

  /** Connections that carry HTTP now. */
  public long openConnections() {
    return connections.sum() - closed.sum();
  }

  /** All of it, refusals by reason. */
  public List<Metric> metrics() {
    var metrics = new ArrayList<Metric>();
    metrics.add(counter("twine_http_requests_total", Map.of(), requests.sum()));
    metrics.add(counter("twine_http_answered_total", Map.of(), answered.sum()));
    metrics.add(
        new Metric("twine_http_connections", Metric.Kind.GAUGE, Map.of(), openConnections()));
    refused.forEach((reason, count) -> metrics.add(
        counter("twine_http_refused_total", Map.of("reason", reason.label()), count.sum())));
    return metrics;
  }

  void request() {
    requests.increment();
  }

  void answer() {
    answered.increment();
  }

  void opened() {
    connections.increment();
  }

  void closed() {
    closed.increment();
  }

  @SuppressWarnings("NullAway") // every reason is in the map
  void refuse(Refusal reason) {
    refused.get(reason).increment();
  }

  @SuppressWarnings("NullAway") // every reason is in the map
  long refused(Refusal reason) {
    return refused.get(reason).sum();
  }

  private static Metric counter(String name, Map<String, String> labels, long value) {
    return new Metric(name, Metric.Kind.COUNTER, labels, value);
  }
}
