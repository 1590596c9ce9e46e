package dev.twine.network;

/**
 * How much of a lane a node has taken from its application and its peers and not yet handed to the
 * socket of its slowest peer. A limit for {@link GossipNode#awaitBacklog}.
 *
 * @param messages at least 0
 * @param bytes of all of them, at least 0
 */
public record Backlog(int messages, long bytes) {
  /** Nothing: whoever waits for it waits until every socket has been handed everything. */
  public static final Backlog NONE = new Backlog(0, 0);

  /**
   * A limit with its check.
   *
   * @throws IllegalArgumentException if one of them is negative
   */
  public Backlog {
    if (messages < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "a backlog has at least 0 messages and 0 bytes, not " + messages + " and " + bytes);
    }
  }
}
