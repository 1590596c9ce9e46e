package dev.twine.network;

import dev.twine.identity.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * One session as it stands at one moment.
 *
 * @param session its name on this node
 * @param nodeId who is at the other end, null if unproven
 * @param transport the strand it runs over
 * @param direction who dialled
 * @param address where the other end is, as dialled or as seen
 * @param agent what the other end calls itself: free text, escaped, not to be trusted
 * @param state how well it does
 * @param rttMillis last measured round trip, NaN before the first
 * @param priorityQueue messages that wait in its priority queue
 * @param bulkQueue messages that wait in its bulk queue
 * @param queuedBytes bytes that wait in both
 * @param dropped messages that it should have got and did not
 * @param sentBytes written to its transport since it was opened
 * @param receivedBytes read from its transport since it was opened
 */
public record PeerInfo(
    PeerRef.Session session,
    @Nullable NodeId nodeId,
    TransportKind transport,
    Direction direction,
    String address,
    String agent,
    State state,
    double rttMillis,
    int priorityQueue,
    int bulkQueue,
    long queuedBytes,
    long dropped,
    long sentBytes,
    long receivedBytes) {
  /** Who dialled. */
  public enum Direction {
    IN,
    OUT
  }

  /** A session that is listed is open; what differs is whether it answers. */
  public enum State {
    ACTIVE,
    /** Silent for longer than the node's degraded limit. */
    DEGRADED
  }
}
