package dev.twine.ws;

import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What each side of a session contributes to the proofs of identity: a byte of flags and 32 random
 * bytes. The proofs cover both nonces, so nobody between the ends can change a flag unnoticed.
 */
final class Nonce {
  static final int LENGTH = 33;

  /** Set by a side that can export keying material of its TLS session. */
  private static final int CAN_EXPORT = 1;

  private static final SecureRandom RANDOM = new SecureRandom();

  private Nonce() {}

  static byte[] create(boolean canExport) {
    byte[] nonce = new byte[LENGTH];
    RANDOM.nextBytes(nonce);
    nonce[0] = (byte) (canExport ? CAN_EXPORT : 0);
    return nonce;
  }

  static boolean canExport(byte[] nonce) {
    return nonce.length == LENGTH && (nonce[0] & CAN_EXPORT) != 0;
  }

  /** The nonce of a header; empty if there is none or if it has another length. */
  static byte[] parse(@Nullable String header) {
    try {
      byte[] nonce = header == null ? new byte[0] : Base64.getDecoder().decode(header.trim());
      return nonce.length == LENGTH ? nonce : new byte[0];
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
