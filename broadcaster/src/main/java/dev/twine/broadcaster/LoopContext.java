package dev.twine.broadcaster;

import dev.twine.broadcaster.PeerWriter.CutReason;
import dev.twine.broadcaster.Ticket.Drop;
import java.util.function.LongSupplier;

/** What the parts of one event loop share. */
record LoopContext(
    BroadcasterConfig config,
    Counters counters,
    Inbox inbox,
    LagTimer lagTimer,
    Pace pace,
    LongSupplier nanoClock) {
  long now() {
    return nanoClock.getAsLong();
  }

  /** Counts what went to a channel. */
  void delivered(long messages, long bytes) {
    counters.deliveries.add(messages);
    counters.deliveredBytes.add(bytes);
  }

  /** A direct message reached its peer, or never will: there is room for another. */
  void settled(Direct direct) {
    inbox.settled(direct.reserved());
  }

  /** Drops a direct message whose peer is gone. */
  void giveUp(Direct direct) {
    direct.queued().frame().release();
    counters.dropped(Drop.CLOSED, 1);
    settled(direct);
    direct.queued().ticket().abandon(Drop.CLOSED, 1);
  }

  void cut(PeerWriter peer, CutReason reason) {
    counters.cut(reason);
    peer.listener().cut(peer, reason);
  }
}
