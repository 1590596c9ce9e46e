package dev.twine.network;

import dev.twine.identity.NodeId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message as it came from a peer.
 *
 * @param tag what it is
 * @param payload the bytes after the tag, decompressed; shared by all who see this message, so
 *     nobody writes to them
 * @param via the neighbour that delivered it, which need not be its author
 * @param receivedAt when its last byte arrived
 */
public record Message(Tag tag, byte[] payload, Via via, Instant receivedAt) {
  /**
   * The last hop of a message.
   *
   * @param session the session it came through
   * @param nodeId who is at the other end, null if unproven
   * @param transport the strand it came by
   */
  public record Via(PeerRef.Session session, @Nullable NodeId nodeId, TransportKind transport) {}
}
