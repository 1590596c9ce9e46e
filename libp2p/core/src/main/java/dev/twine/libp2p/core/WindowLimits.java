package dev.twine.libp2p.core;

/**
 * Limits of what a peer may have in flight towards this side.
 *
 * @param streamBytes the largest receive window of one stream
 * @param connectionBytes the sum that the windows of a connection may grow to beyond their initial
 *     size
 */
public record WindowLimits(int streamBytes, long connectionBytes) {
  /** The window that yamux gives every stream at first. */
  public static final int INITIAL_BYTES = 256 << 10;

  public WindowLimits {
    Ranges.check("stream window", streamBytes, INITIAL_BYTES, 1 << 30);
    Ranges.check("connection window", connectionBytes, streamBytes, 1L << 34);
  }

  /** 16 MiB as go and js; 32 MiB lets two streams of a connection reach it. */
  public static WindowLimits defaults() {
    return new WindowLimits(16 << 20, 32 << 20);
  }

  public WindowLimits withStreamBytes(int value) {
    return new WindowLimits(value, Math.max(connectionBytes, value));
  }

  public WindowLimits withConnectionBytes(long value) {
    return new WindowLimits(streamBytes, value);
  }
}
