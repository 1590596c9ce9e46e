package dev.twine.libp2p.core.ping;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;

/** The asking side: one payload under way at a time. No I/O, no clock; one thread. */
final class PingState {
  /** Bytes of a ping, by the specification. */
  static final int BYTES = 32;

  /** What {@link #received} answers while the echo is not whole. */
  static final long INCOMPLETE = -1;

  private byte[] payload = new byte[0];
  private int matched;
  private long startNanos;

  boolean isUnderWay() {
    return matched < payload.length;
  }

  /** Notes what is sent now. */
  void begin(byte[] newPayload, long nowNanos) {
    payload = newPayload;
    matched = 0;
    startNanos = nowNanos;
  }

  /**
   * Compares what came back, however it is split, and consumes it.
   *
   * @return the round trip in nanoseconds, or {@link #INCOMPLETE}
   * @throws Libp2pException if it is not what was sent, or more
   */
  long received(ByteBuf in, long nowNanos) {
    while (in.isReadable()) {
      if (!isUnderWay() || in.readByte() != payload[matched]) {
        throw new Libp2pException(
            FailureReason.PROTOCOL_ERROR,
            "wrong echo of a ping from the remote side",
            "byte " + (matched + 1) + " of " + payload.length,
            "it has to send back what it got");
      }
      matched++;
    }
    return isUnderWay() ? INCOMPLETE : nowNanos - startNanos;
  }
}
