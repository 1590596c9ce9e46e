package dev.twine.broadcaster;

import dev.twine.broadcaster.Ticket.Drop;
import dev.twine.broadcaster.Ticket.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Takes messages for one peer to the event loop of that peer. Safe for use by several threads. */
final class DirectSender {
  private final SharedLanes lanes;
  private final Roster roster;
  private final Counters counters;
  private final int largestMessage;

  DirectSender(SharedLanes lanes, Roster roster, Counters counters, int largestMessage) {
    this.lanes = lanes;
    this.roster = roster;
    this.counters = counters;
    this.largestMessage = largestMessage;
  }

  /** Frames on the calling thread, so that a large message costs the event loop nothing. */
  Ticket send(PeerWriter peer, OutboundMessage message) {
    Membership membership = peer.membership();
    LoopWriter loop = membership.loop();
    if (message.body().length > largestMessage) {
      return refuse(Refusal.TOO_LARGE);
    }
    if (membership.isDetached() || loop.isClosed()) {
      return refuse(Refusal.CLOSED);
    }
    int bytes = membership.form().frameBytes(message.body().length);
    if (!loop.reserve(bytes)) {
      return refuse(Refusal.LANE_FULL);
    }
    long stamp = lanes.sequence(message.lane());
    var ticket = new Ticket(roster, message);
    ByteBuf frame = Frames.single(message, membership.form(), ByteBufAllocator.DEFAULT);
    if (frame == null) {
      loop.unreserve(bytes);
      counters.accepted.increment();
      counters.dropped(Drop.NOT_FRAMED, 1);
      ticket.abandon(Drop.NOT_FRAMED, 1);
      return ticket;
    }
    var direct = new Direct(peer, QueuedFrame.of(frame, ticket, message), stamp, bytes);
    if (!loop.send(direct)) {
      frame.release();
      loop.unreserve(bytes);
      return refuse(Refusal.CLOSED);
    }
    counters.accepted.increment();
    return ticket;
  }

  private Ticket refuse(Refusal reason) {
    counters.refused(reason);
    return new Ticket(roster, reason);
  }
}
