package dev.twine.broadcaster;

/**
 * How much a queue holds.
 *
 * @param messages most messages
 * @param bytes most bytes of them together
 */
public record QueueLimit(int messages, long bytes) {
  public QueueLimit {
    if (messages < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "a queue holds at least 1 message and 1 byte, not " + messages + " and " + bytes);
    }
  }

  /** Whether one more message fits to what is there already. */
  boolean admits(int queued, long queuedBytes, long more) {
    return queued < messages && queuedBytes + more <= bytes;
  }
}
