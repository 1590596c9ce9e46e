package dev.twine.libp2p.core;

/** Who dialled. */
public enum Direction {
  /** The peer dialled this host. */
  INBOUND,
  /** This host dialled the peer. */
  OUTBOUND
}
