package dev.twine.libp2p.core;

import dev.twine.identity.NodeId;

/** Says which connections may exist. Called on event loops and callers' threads: must not block. */
public interface ConnectionGater {
  /** Refuses nothing. */
  ConnectionGater OPEN = new ConnectionGater() {};

  /** Whether to dial that address of that peer. */
  default boolean allowDial(NodeId peer, Multiaddr address) {
    return true;
  }

  /** Whether to shake hands with whoever connected from there. */
  default boolean allowAccept(Multiaddr remote) {
    return true;
  }

  /** Whether to keep the connection, now that the peer is known. */
  default boolean allowSecured(Direction direction, NodeId peer, Multiaddr remote) {
    return true;
  }
}
