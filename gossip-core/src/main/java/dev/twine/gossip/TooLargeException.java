package dev.twine.gossip;

/**
 * A message above the limit of its tag. A transport's frame decoder fires it through the pipeline
 * before it buffers any of the payload; the engine counts it and closes the session.
 */
public final class TooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * Names the message by what is known of it.
   *
   * @param head as for {@link TagTable#maxMessageBytes}
   * @param bytes of the whole message, tag included
   * @param maxBytes that it may have
   */
  public TooLargeException(int head, long bytes, int maxBytes) {
    super(
        "message of " + bytes + " bytes that begins 0x" + Integer.toHexString(head) + ", at most "
            + maxBytes,
        null,
        false,
        false);
  }
}
