package dev.twine.gossip;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * The random bytes by which a process recognises itself: the value of X-Algorand-NodeRandom.
 *
 * <p>Ours are ten bytes in base64. A peer may send any short text; what is not base64 stands for its
 * own bytes.
 */
public final class NodeRandom {
  /** Bytes of ours, as go-algorand's. */
  public static final int BYTES = 10;

  private static final int MAX_CHARS = 64;

  private NodeRandom() {}

  /** Bytes for a new process. */
  public static byte[] create(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  /** The header value of these bytes. */
  public static String format(byte[] nodeRandom) {
    return Base64.getEncoder().encodeToString(nodeRandom);
  }

  /**
   * The bytes of a header value.
   *
   * @throws BadMessageException if it is empty or has more than 64 characters
   */
  public static byte[] parse(String header) {
    if (header.isEmpty() || header.length() > MAX_CHARS) {
      throw new BadMessageException("node random that is empty or too long");
    }
    try {
      return Base64.getDecoder().decode(header);
    } catch (IllegalArgumentException e) {
      return header.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
