package dev.twine.libp2p.core.noise;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A Diffie-Hellman key pair on Curve25519 (RFC 7748), computed by Bouncy Castle, which is twice as
 * fast at it as the JDK.
 */
final class X25519Key {
  static final int BYTES = 32;

  private final byte[] secret;
  private final byte[] publicKey = new byte[BYTES];

  private X25519Key(byte[] secret) {
    this.secret = secret;
    X25519.generatePublicKey(secret, 0, publicKey, 0);
  }

  /** A new pair; costs about 20 microseconds. */
  static X25519Key generate(SecureRandom random) {
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    return new X25519Key(secret);
  }

  /** The pair of that secret, which the key takes over. */
  static X25519Key of(byte[] secret) {
    if (secret.length != BYTES) {
      throw new IllegalArgumentException("an X25519 secret has 32 bytes, not " + secret.length);
    }
    return new X25519Key(secret);
  }

  /** A copy. */
  byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * The secret shared with the holder of that public key; costs about 60 microseconds.
   *
   * @throws NoiseException if it is all zero, that is, known to everybody: the peer sent a point of
   *     small order
   */
  byte[] agree(byte[] theirs) {
    byte[] shared = new byte[BYTES];
    if (!X25519.calculateAgreement(secret, 0, theirs, 0, shared, 0)) {
      throw new NoiseException("a public key that shares no secret");
    }
    return shared;
  }

  /** Forgets the secret; the pair is of no use then. */
  void wipe() {
    Arrays.fill(secret, (byte) 0);
  }
}
