package dev.twine.broadcaster;

import io.netty.buffer.ByteBuf;

/**
 * One frame as it waits in the queues of peers that lag, shared by all of them.
 *
 * <p>Each queue that holds it has a reference to the buffer.
 *
 * @param createdNanos when its message was made
 */
record QueuedFrame(ByteBuf frame, int bytes, Ticket ticket, Lane lane, long createdNanos) {
  static QueuedFrame of(ByteBuf frame, Ticket ticket, OutboundMessage message) {
    return new QueuedFrame(
        frame, frame.readableBytes(), ticket, message.lane(), message.createdNanos());
  }
}
