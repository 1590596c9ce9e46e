package dev.twine.node.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.gossip.TagTable;
import dev.twine.network.GossipNode;
import dev.twine.network.Message;
import dev.twine.network.Tag;
import dev.twine.node.text.Json;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.SynchronizedHistogram;

/**
 * Messages of the priority lane with the time at which they were given to the sending node. Both ends
 * read the clock of the machine, so that it takes no answer to know how long one took.
 */
final class Votes {
  static final Tag TAG = TagTable.AV;

  /** The time and a number, so that no two are equal. */
  static final int MIN_SIZE = 2 * Long.BYTES;

  private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(1);
  private static final int DIGITS = 3;

  private final Clock clock;
  private final SynchronizedHistogram latency = new SynchronizedHistogram(MAX_MICROS, DIGITS);
  private long number;

  Votes(Clock clock) {
    this.clock = clock;
  }

  /**
   * Broadcasts at a steady rate, whatever becomes of them.
   *
   * @return how many were accepted
   */
  long send(GossipNode node, long intervalNanos, long durationNanos, int size) {
    long start = System.nanoTime();
    long accepted = 0;
    for (long due = 0; due < durationNanos; due += intervalNanos) {
      for (long early = due; early > 0; early = due - (System.nanoTime() - start)) {
        LockSupport.parkNanos(due - (System.nanoTime() - start));
      }
      byte[] payload =
          ByteBuffer.allocate(size).putLong(micros()).putLong(number++).array();
      accepted += node.broadcast(TAG, payload).accepted() ? 1 : 0;
    }
    return accepted;
  }

  /** Counts those that come from now on. */
  void receive(GossipNode node) {
    node.handle(TAG, this::received);
  }

  private void received(Message message) {
    long took = micros() - ByteBuffer.wrap(message.payload()).getLong();
    latency.recordValue(Math.max(0, Math.min(MAX_MICROS, took)));
  }

  long count() {
    return latency.getTotalCount();
  }

  /** How long those took that have come since the last call. */
  ObjectNode taken() {
    ObjectNode json = Json.object()
        .put("count", latency.getTotalCount())
        .put("p50Micros", latency.getValueAtPercentile(50))
        .put("p99Micros", latency.getValueAtPercentile(99))
        .put("maxMicros", latency.getMaxValue());
    latency.reset();
    return json;
  }

  private long micros() {
    Instant now = clock.instant();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond())
        + TimeUnit.NANOSECONDS.toMicros(now.getNano());
  }
}
