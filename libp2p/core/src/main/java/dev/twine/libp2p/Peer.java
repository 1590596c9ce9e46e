package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
import java.util.List;

/**
 * A peer that is connected, once, over however many connections.
 *
 * @param connections the open ones, oldest first; at least one
 * @param value the sum of its tags
 * @param isProtected whether trimming spares it
 */
public record Peer(NodeId id, List<Connection> connections, int value, boolean isProtected) {
  public Peer {
    connections = List.copyOf(connections);
  }
}
