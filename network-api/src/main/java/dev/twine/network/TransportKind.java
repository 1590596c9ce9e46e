package dev.twine.network;

/** The two strands of the network. */
public enum TransportKind {
  WS,
  P2P;

  /** {@code ws} or {@code p2p}: as it is written in addresses, JSON and metrics. */
  public String label() {
    return this == WS ? "ws" : "p2p";
  }
}
