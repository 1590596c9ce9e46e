package dev.twine.broadcaster;

import io.netty.buffer.ByteBuf;

/**
 * How a message looks on one kind of connection: an unmasked or a masked WebSocket frame, a
 * length-prefixed stream frame.
 *
 * <p>Peers that share a form share its frames, so a form is compared by identity and should be one
 * object for all of them. A form that needs fresh bytes for each message (a WebSocket mask) draws
 * them in {@link #frame}, which is called once per broadcast message and once per direct one: all
 * peers of the form get the same mask for the same message and another one for the next.
 *
 * <p>Called by the worker, by event loops and by threads that send directly, several at a time.
 */
public interface WireForm {
  /** Bytes of the whole frame, tag and headers included, for a body of that length. */
  int frameBytes(int bodyLength);

  /**
   * Appends the whole frame at the writer index. Neither keeps nor releases the buffer, and touches
   * nothing in front of the writer index. What it throws drops the message, and is counted.
   */
  void frame(OutboundMessage message, ByteBuf out);
}
