package dev.twine.broadcaster;

/**
 * The longest queue of one lane that a peer of one event loop has, in messages and in bytes, which need
 * not be those of one peer.
 *
 * <p>Written by the event loop, read by any thread.
 */
final class LongestQueue {
  private volatile int messages;
  private volatile long bytes;

  // Confined to the event loop.
  private int nextMessages;
  private long nextBytes;

  /** Looks at that queue too. */
  void consider(int queued, long queuedBytes) {
    nextMessages = Math.max(nextMessages, queued);
    nextBytes = Math.max(nextBytes, queuedBytes);
  }

  /** All queues have been looked at: shows the longest, and begins anew. */
  void publish() {
    messages = nextMessages;
    bytes = nextBytes;
    nextMessages = 0;
    nextBytes = 0;
  }

  int messages() {
    return messages;
  }

  long bytes() {
    return bytes;
  }
}
