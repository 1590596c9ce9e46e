package dev.twine.broadcaster;

import dev.twine.broadcaster.PeerWriter.CutReason;
import dev.twine.broadcaster.Ticket.Drop;
import dev.twine.broadcaster.Ticket.Refusal;
import java.util.Map;

/**
 * Counters since the start, and what waits now. Read while everything moves, so sums may be off by
 * what is between two places.
 *
 * @param accepted messages taken, broadcast and direct
 * @param refused messages not taken
 * @param batches handed to event loops
 * @param deliveries messages handed to a channel, counted per peer
 * @param deliveredBytes bytes of frames in them
 * @param dropped messages that a peer should have got and did not, counted per peer
 * @param cuts peers cut
 * @param peers attached now
 * @param priorityLane messages in the shared priority lane now
 * @param bulkLane messages in the shared bulk lane now
 * @param laneBytes bytes of bodies in both now
 */
public record BroadcasterStats(
    long accepted,
    Map<Refusal, Long> refused,
    long batches,
    long deliveries,
    long deliveredBytes,
    Map<Drop, Long> dropped,
    Map<CutReason, Long> cuts,
    int peers,
    int priorityLane,
    int bulkLane,
    long laneBytes) {
  public BroadcasterStats {
    refused = Map.copyOf(refused);
    dropped = Map.copyOf(dropped);
    cuts = Map.copyOf(cuts);
  }
}
