package dev.twine.gossip;

/**
 * A message above the limit of its tag. A transport's frame decoder fires it through the pipeline
 * before it buffers any of the payload; the engine counts it and closes the session.
 */
public final class TooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TooLargeException(int tagCode, long bytes, int maxBytes) {
    super(
        "message of " + bytes + " bytes under tag 0x" + Integer.toHexString(tagCode) + ", at most "
            + maxBytes,
        null,
        false,
        false);
  }
}
