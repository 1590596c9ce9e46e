package dev.twine.gossip;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The pings of one session that wait for an answer. Safe for every thread. */
final class Pings {
  /** More than that at once would measure the queue and not the way. */
  private static final int MAX_WAITING = 64;

  private static final double NANOS_PER_MILLI = 1e6;

  private record Sent(long atNanos, CompletableFuture<Duration> answer) {}

  private final Map<Long, Sent> waiting = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private volatile double rttMillis = Double.NaN;

  /**
   * Registers a ping to be sent.
   *
   * @return its id; negative if too many wait already
   */
  long next(long nowNanos, CompletableFuture<Duration> answer) {
    if (waiting.size() >= MAX_WAITING) {
      return -1;
    }
    long id = ids.incrementAndGet();
    waiting.put(id, new Sent(nowNanos, answer));
    answer.whenComplete((rtt, failure) -> waiting.remove(id));
    return id;
  }

  /** The answer of that id came; one that nobody waits for means nothing. */
  void pong(long id, long nowNanos) {
    Sent sent = waiting.remove(id);
    if (sent != null) {
      rttMillis = (nowNanos - sent.atNanos) / NANOS_PER_MILLI;
      sent.answer.complete(Duration.ofNanos(nowNanos - sent.atNanos));
    }
  }

  void fail(Throwable reason) {
    waiting.values().forEach(sent -> sent.answer.completeExceptionally(reason));
  }

  double rttMillis() {
    return rttMillis;
  }
}
