package dev.twine.node.faults;

/**
 * A time in which queues of peers had no room for bulk: what was sent then may be missing, if it was
 * counted.
 *
 * @param from milliseconds since 1970
 * @param until when it was over; {@code from} if no queue overflowed
 * @param dropped by all queues of all nodes
 */
record Overflow(long from, long until, long dropped) {
  /** Whether a message of bulk may be missing because of it. Two queues are looked at in turn. */
  boolean explains(long sentAt) {
    return dropped > 0 && sentAt >= from - Verdict.CLOCK_MILLIS && sentAt <= until;
  }
}
