package dev.twine.http;

import dev.twine.network.Metric;
import dev.twine.network.TwineException.Code;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of the calls of a node to the services of its peers. Safe for several threads. */
final class CallCounters {
  private final LongAdder calls = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private final LongAdder delayed = new LongAdder();
  private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);

  /** How a call ended, by the name it has in metrics. */
  enum Outcome {
    /** With a response of whatever status, up to its head. */
    ANSWERED,
    /** By a limit of this side. */
    RATE_LIMITED,
    TOO_LARGE,
    /** There is no session or no way to its services. */
    NO_ROUTE,
    TIMEOUT,
    CANCELED,
    /** Whatever else went wrong on the way. */
    BROKEN
  }

  CallCounters() {
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, new LongAdder());
    }
  }

  void began() {
    calls.increment();
  }

  void ended() {
    ended.increment();
  }

  void delayed() {
    delayed.increment();
  }

  @SuppressWarnings("NullAway") // every outcome is in the map
  void count(Outcome outcome) {
    outcomes.get(outcome).increment();
  }

  /** Counts a failure by its kind. */
  void failed(IOException failure, boolean canceled) {
    if (failure instanceof PeerHttpException refused) {
      count(outcome(refused.code()));
    } else if (canceled) {
      count(Outcome.CANCELED);
    } else {
      count(failure instanceof InterruptedIOException ? Outcome.TIMEOUT : Outcome.BROKEN);
    }
  }

  private static Outcome outcome(Code code) {
    return switch (code) {
      case RATE_LIMITED -> Outcome.RATE_LIMITED;
      case TOO_LARGE -> Outcome.TOO_LARGE;
      case TIMEOUT -> Outcome.TIMEOUT;
      case NO_HTTP_ROUTE, NO_SUCH_PEER, CLOSED -> Outcome.NO_ROUTE;
      default -> Outcome.BROKEN;
    };
  }

  List<Metric> metrics() {
    var metrics = new ArrayList<Metric>();
    metrics.add(counter("twine_http_calls_total", Map.of(), calls.sum()));
    metrics.add(new Metric(
        "twine_http_calls_running", Metric.Kind.GAUGE, Map.of(), calls.sum() - ended.sum()));
    metrics.add(counter("twine_http_calls_delayed_total", Map.of(), delayed.sum()));
    outcomes.forEach((outcome, count) -> metrics.add(counter(
        "twine_http_calls_ended_total",
        Map.of("outcome", outcome.name().toLowerCase(Locale.ROOT)),
        count.sum())));
    return metrics;
  }

  private static Metric counter(String name, Map<String, String> labels, long value) {
    return new Metric(name, Metric.Kind.COUNTER, labels, value);
  }
}
