package dev.twine.network;

import java.time.Instant;

/** Something that happened to a node, for logs, pages and tests. */
public sealed interface NodeEvent {
  Instant at();

  /** A session finished its handshake. */
  record SessionOpened(Instant at, PeerInfo peer) implements NodeEvent {}

  /** The other end of an open session proved who it is. */
  record PeerIdentified(Instant at, PeerInfo peer) implements NodeEvent {}

  /** A session is gone. */
  record SessionClosed(Instant at, PeerInfo peer, String reason) implements NodeEvent {}

  /** An attempt to reach an address failed; the mesh will come back to it. */
  record DialFailed(Instant at, Address address, String reason, long retryInMillis)
      implements NodeEvent {}

  /** A connection or upgrade was turned away. */
  record SessionRefused(Instant at, String address, String reason) implements NodeEvent {}

  /** Something that its operator may want to cure: what, the value, what to do. */
  record Warning(Instant at, String text) implements NodeEvent {}
}
