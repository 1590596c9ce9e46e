package dev.twine.gossip;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The body of {@code MS}: the digest of a large message that its sender already has.
 *
 * <p>The digest is SHA-512/256 over tag and body, before compression.
 */
final class MessageSkip {
  static final int DIGEST_BYTES = 32;

  /** Smaller bodies are sent twice sooner than announced. */
  static final int MIN_BODY_BYTES = 5_000;

  private MessageSkip() {}

  /** The digest of a message. Costs time in proportion to the body: not for the broadcast worker. */
  static byte[] digest(int tagCode, byte[] body) {
    MessageDigest digest = sha512Over256();
    digest.update((byte) (tagCode >>> 8));
    digest.update((byte) tagCode);
    return digest.digest(body);
  }

  /**
   * Checks the body that a peer sent.
   *
   * @throws BadMessageException unless it is exactly a digest
   */
  static byte[] decode(byte[] body) {
    if (body.length != DIGEST_BYTES) {
      throw new BadMessageException("MS of " + body.length + " bytes");
    }
    return body;
  }

  static MessageDigest sha512Over256() {
    try {
      return MessageDigest.getInstance("SHA-512/256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK since 9 has SHA-512/256", e);
    }
  }
}
