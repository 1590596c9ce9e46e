package dev.twine.gossip;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What all sessions together have brought that is not yet handled. */
final class InflowTotal {
  private final Limits.Inbound.Total limits;
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final Set<Inflow> waiting = ConcurrentHashMap.newKeySet();

  InflowTotal(Limits.Inbound.Total limits) {
    this.limits = limits;
  }

  /** Counts a message in. True if the node now has as much as it may. */
  boolean add(long size) {
    long nowMessages = messages.incrementAndGet();
    long nowBytes = bytes.addAndGet(size);
    return nowMessages >= limits.messages() || nowBytes >= limits.bytes();
  }

  void remove(long size) {
    long nowMessages = messages.decrementAndGet();
    long nowBytes = bytes.addAndGet(-size);
    // Sessions go on when a quarter is free, so that they do not stop and go at each message.
    boolean room = nowMessages <= limits.messages() - limits.messages() / 4
        && nowBytes <= limits.bytes() - limits.bytes() / 4;
    if (room && !waiting.isEmpty()) {
      for (Inflow inflow : List.copyOf(waiting)) {
        // Removed first: a session that is woken may be full and wait again at once.
        if (waiting.remove(inflow)) {
          inflow.roomInNode();
        }
      }
    }
  }

  /** The session does not read until {@link Inflow#roomInNode} is called. */
  void await(Inflow inflow) {
    waiting.add(inflow);
    if (messages.get() == 0) {
      // The last message left between add() and here, so nobody else would wake it.
      waiting.remove(inflow);
      inflow.roomInNode();
    }
  }

  void forget(Inflow inflow) {
    waiting.remove(inflow);
  }

  long messages() {
    return messages.get();
  }

  long bytes() {
    return bytes.get();
  }
}
