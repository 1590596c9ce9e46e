package dev.twine.libp2p.core.noise;

/**
 * One direction of a connection after the handshake: a cipher and the count of its messages. For one
 * thread.
 */
final class CipherState {
  /** Noise reserves the last nonce; a connection ends before it would be used. */
  private static final long RESERVED = -1;

  private final Aead aead;
  private long nonce;

  CipherState(Aead aead) {
    this(aead, 0);
  }

  CipherState(Aead aead, long firstNonce) {
    this.aead = aead;
    this.nonce = firstNonce;
  }

  /**
   * Seals or opens the next message in place.
   *
   * @return how many bytes stand at {@code from} now
   * @throws NoiseException if the tag is wrong or the nonces are used up: the connection has to end
   */
  int apply(byte[] bytes, int from, int length) {
    if (nonce == RESERVED) {
      throw new NoiseException("all nonces are used up");
    }
    return aead.apply(nonce++, bytes, from, length);
  }
}
