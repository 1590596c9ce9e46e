package dev.twine.libp2p.core.noise;

import dev.twine.libp2p.core.SecurePair;

/** The two ends of a finished handshake. */
record Transports(HandshakeState.Transport initiator, HandshakeState.Transport responder) {
  /** Always the same keys, always from nonce 0. */
  static Transports fresh() {
    HandshakeState out = state(true, 1);
    HandshakeState in = state(false, 3);
    in.read(out.write(new byte[0]));
    out.read(in.write(new byte[0]));
    in.read(out.write(new byte[0]));
    return new Transports(out.split(), in.split());
  }

  private static HandshakeState state(boolean initiator, int seed) {
    return new HandshakeState(
        initiator,
        X25519Key.of(SecurePair.seed(seed)),
        X25519Key.of(SecurePair.seed(seed + 1)),
        new SymmetricState(Ciphers.chosen(), new byte[0]));
  }
}
