package dev.twine.hybrid;

import dev.twine.network.TransportKind;

/** How two nodes of one kind meet. */
enum Way {
  WS(Kind.WS, TransportKind.WS),
  P2P(Kind.P2P, TransportKind.P2P),
  HYBRID_BY_WS(Kind.HYBRID, TransportKind.WS),
  HYBRID_BY_P2P(Kind.HYBRID, TransportKind.P2P);

  private final Kind kind;
  private final TransportKind transport;

  Way(Kind kind, TransportKind transport) {
    this.kind = kind;
    this.transport = transport;
  }

  /** Of both nodes. */
  Kind kind() {
    return kind;
  }

  /** Of the session. */
  TransportKind transport() {
    return transport;
  }
}
