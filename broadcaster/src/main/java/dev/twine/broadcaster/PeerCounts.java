package dev.twine.broadcaster;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counters of one peer: written by its event loop alone, read by any thread. */
final class PeerCounts {
  private static final int SENT_MESSAGES = 0;
  private static final int SENT_BYTES = 1;
  private static final int DROPPED = 2;
  private static final int PRIORITY = 3;
  private static final int BULK = 4;
  private static final int PRIORITY_BYTES = 5;
  private static final int BULK_BYTES = 6;

  private final AtomicLongArray values = new AtomicLongArray(7);

  void sent(long messages, long bytes) {
    add(SENT_MESSAGES, messages);
    add(SENT_BYTES, bytes);
  }

  void dropped() {
    add(DROPPED, 1);
  }

  void queue(Lane lane, int messages, long bytes) {
    values.setRelease(lane == Lane.PRIORITY ? PRIORITY : BULK, messages);
    values.setRelease(lane == Lane.PRIORITY ? PRIORITY_BYTES : BULK_BYTES, bytes);
  }

  long sentMessages() {
    return values.get(SENT_MESSAGES);
  }

  long sentBytes() {
    return values.get(SENT_BYTES);
  }

  long droppedMessages() {
    return values.get(DROPPED);
  }

  int queued(Lane lane) {
    return (int) values.get(lane == Lane.PRIORITY ? PRIORITY : BULK);
  }

  long queuedBytes(Lane lane) {
    return values.get(lane == Lane.PRIORITY ? PRIORITY_BYTES : BULK_BYTES);
  }

  /** One writer, so a plain read and a release write are enough. */
  private void add(int index, long value) {
    values.setRelease(index, values.getPlain(index) + value);
  }
}
