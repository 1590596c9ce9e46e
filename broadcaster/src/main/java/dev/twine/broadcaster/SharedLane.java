package dev.twine.broadcaster;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One bounded queue of the node, and how much of what was in it has not reached every peer yet. Guarded
 * by {@link SharedLanes}, but for the sequence.
 */
final class SharedLane {
  private final QueueLimit limit;
  private final ArrayDeque<Ticket> tickets = new ArrayDeque<>();
  private long bytes;
  private int openMessages;
  private long openBytes;

  /** Messages taken in so far: the stamp that keeps a direct message behind them. */
  private volatile long sequence;

  SharedLane(QueueLimit limit) {
    this.limit = limit;
  }

  boolean add(Ticket ticket, int bodyBytes) {
    if (!limit.admits(tickets.size(), bytes, bodyBytes)) {
      return false;
    }
    tickets.add(ticket);
    bytes += bodyBytes;
    openMessages++;
    openBytes += bodyBytes;
    long next = sequence + 1;
    ticket.sequence(next);
    sequence = next;
    return true;
  }

  @Nullable
  Ticket peek() {
    return tickets.peek();
  }

  void remove(OutboundMessage head) {
    tickets.remove();
    bytes -= head.body().length;
  }

  /** A message has been offered to every peer, or never will be. */
  void settled(OutboundMessage message) {
    openMessages--;
    openBytes -= message.body().length;
  }

  /** Messages that are not settled, in the queue or in a batch. */
  int openMessages() {
    return openMessages;
  }

  long openBytes() {
    return openBytes;
  }

  int size() {
    return tickets.size();
  }

  long bytes() {
    return bytes;
  }

  /** How many messages have been taken in. Any thread. */
  long sequence() {
    return sequence;
  }

  /** The sequence of the message that was removed last, or of the last one if all were. */
  long removedThrough() {
    return sequence - tickets.size();
  }
}
