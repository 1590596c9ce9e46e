package dev.twine.broadcaster;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counters of one peer: written by its event loop alone, read by any thread. */
final class PeerCounts {
  private static final int SENT_MESSAGES = 0;
  private static final int SENT_BYTES = 1;
  private static final int DROPPED = 2;
  private static final int PRIORITY = 3;
  private static final int BULK = 4;
  private static final int QUEUED_BYTES = 5;

  private final AtomicLongArray values = new AtomicLongArray(6);

  void sent(long messages, long bytes) {
    add(SENT_MESSAGES, messages);
    add(SENT_BYTES, bytes);
  }

  void dropped() {
    add(DROPPED, 1);
  }

  void queues(int priority, int bulk, long bytes) {
    values.setRelease(PRIORITY, priority);
    values.setRelease(BULK, bulk);
    values.setRelease(QUEUED_BYTES, bytes);
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

  int priority() {
    return (int) values.get(PRIORITY);
  }

  int bulk() {
    return (int) values.get(BULK);
  }

  long queuedBytes() {
    return values.get(QUEUED_BYTES);
  }

  /** One writer, so a plain read and a release write are enough. */
  private void add(int index, long value) {
    values.setRelease(index, values.getPlain(index) + value);
  }
}
