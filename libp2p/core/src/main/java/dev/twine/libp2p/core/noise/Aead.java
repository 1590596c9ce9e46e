package dev.twine.libp2p.core.noise;

/**
 * ChaCha20-Poly1305 (RFC 8439) under one key and in one direction: a sealer encrypts, an opener
 * decrypts. Nonces are Noise's: four zero bytes and the counter, little-endian.
 *
 * <p>For one thread at a time. A sealer refuses to use one nonce twice in a row; the callers count,
 * so it never comes to that.
 */
interface Aead {
  int KEY_BYTES = 32;
  int NONCE_BYTES = 12;
  int TAG_BYTES = 16;

  /**
   * Works in place and without associated data: a sealer needs room for {@link #TAG_BYTES} behind
   * the text.
   *
   * @return how many bytes stand at {@code from} now
   * @throws NoiseException if the tag is wrong; the bytes are garbage then
   */
  int apply(long nonce, byte[] bytes, int from, int length);

  /**
   * The same with associated data, into an array of its own.
   *
   * @throws NoiseException if the tag is wrong
   */
  default byte[] apply(long nonce, byte[] associatedData, byte[] input) {
    return apply(iv(nonce), associatedData, input);
  }

  /**
   * Likewise under any nonce of the RFC, most of which Noise never forms.
   *
   * @param iv the nonce itself, {@link #NONCE_BYTES} long
   * @throws NoiseException if the tag is wrong
   */
  byte[] apply(byte[] iv, byte[] associatedData, byte[] input);

  /** The nonce that stands for that count. */
  static byte[] iv(long nonce) {
    byte[] iv = new byte[NONCE_BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      iv[NONCE_BYTES - Long.BYTES + i] = (byte) (nonce >>> (8 * i));
    }
    return iv;
  }

  /** Where the ciphers come from: one of the implementations, chosen once for the process. */
  interface Source {
    String name();

    Aead sealer(byte[] key);

    Aead opener(byte[] key);
  }
}
