package dev.twine.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The name of a node: a multihash of its public key, the same bytes as a libp2p peer ID.
 *
 * <p>A public key whose libp2p encoding has at most 42 bytes (Ed25519, secp256k1) is its own hash
 * and can be read back from the ID; longer ones (ECDSA, RSA) are hashed with SHA-256. The text form
 * is base58 of the multihash: {@code 12D3KooW...} for Ed25519. The other form, a CID such as {@code
 * bafz...}, is read and not written, as the specification advises.
 *
 * <p>Immutable. IDs order by their bytes, unsigned: the order that both ends of a link compute alike.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md">peer ID spec</a>
 */
public final class NodeId implements Comparable<NodeId> {
  /** Keys up to this many encoded bytes are inlined, by the peer ID spec. */
  static final int MAX_INLINE_KEY = 42;

  private static final int IDENTITY = 0x00;
  private static final int SHA2_256 = 0x12;
  private static final int SHA2_256_LENGTH = 32;
  /** Base58 of the longest multihash that is accepted, 44 bytes. */
  private static final int MAX_TEXT = 64;

  /** CID version 1, codec libp2p-key. */
  private static final byte[] CID = {0x01, 0x72};

  private final byte[] multihash;

  /** Made when it is first asked for; if by two threads at once, by both alike. */
  private @Nullable String text;

  private NodeId(byte[] multihash) {
    this.multihash = multihash;
  }

  /**
   * Checks and takes the bytes of a multihash.
   *
   * @throws IllegalArgumentException if they are neither an inlined key of at most 42 bytes nor a
   *     SHA-256
   */
  public static NodeId ofMultihash(byte[] multihash) {
    if (multihash.length < 2 || multihash[1] != multihash.length - 2) {
      throw new IllegalArgumentException("not a multihash of " + multihash.length + " bytes");
    }
    boolean inline = multihash[0] == IDENTITY && multihash[1] > 0 && multihash[1] <= MAX_INLINE_KEY;
    boolean hashed = multihash[0] == SHA2_256 && multihash[1] == SHA2_256_LENGTH;
    if (!inline && !hashed) {
      throw new IllegalArgumentException("neither an inlined key nor a SHA-256: code "
          + multihash[0] + ", length " + multihash[1]);
    }
    return new NodeId(multihash.clone());
  }

  /**
   * Reads either text form: base58 of the multihash, or a CID with the codec of libp2p keys, in any
   * multibase.
   *
   * @throws IllegalArgumentException naming what is wrong with the text
   */
  public static NodeId parse(String text) {
    boolean plain = text.startsWith("1") || text.startsWith("Qm");
    int most = plain ? MAX_TEXT : Multibase.MAX_TEXT;
    if (text.isEmpty() || text.length() > most) {
      throw new IllegalArgumentException(
          "a node ID has 1 to " + most + " characters, not " + text.length());
    }
    try {
      return ofMultihash(plain ? Base58.decode(text) : ofCid(Multibase.decode(text)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a node ID: " + text + " (" + e.getMessage() + ")", e);
    }
  }

  private static byte[] ofCid(byte[] cid) {
    if (cid.length < CID.length || !Arrays.equals(cid, 0, CID.length, CID, 0, CID.length)) {
      throw new IllegalArgumentException("not a CID of version 1 of a libp2p key");
    }
    return Arrays.copyOfRange(cid, CID.length, cid.length);
  }

  /** The ID of the node whose public key has this libp2p protobuf encoding. */
  static NodeId ofEncodedKey(byte[] encodedKey) {
    if (encodedKey.length <= MAX_INLINE_KEY) {
      return new NodeId(multihash(IDENTITY, encodedKey));
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(encodedKey);
      return new NodeId(multihash(SHA2_256, digest));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** A copy of the multihash: code, length, digest. */
  public byte[] multihash() {
    return multihash.clone();
  }

  /** The last eight characters, for people: what the first eight share with every other ID. */
  public String last8() {
    String all = toString();
    return all.substring(Math.max(0, all.length() - 8));
  }

  @Override
  public int compareTo(NodeId other) {
    return Arrays.compareUnsigned(multihash, other.multihash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeId that && Arrays.equals(multihash, that.multihash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(multihash);
  }

  @Override
  public String toString() {
    String made = text;
    if (made == null) {
      made = Base58.encode(multihash);
      text = made;
    }
    return made;
  }

  private static byte[] multihash(int code, byte[] digest) {
    byte[] bytes = new byte[digest.length + 2];
    bytes[0] = (byte) code;
    bytes[1] = (byte) digest.length;
    System.arraycopy(digest, 0, bytes, 2, digest.length);
    return bytes;
  }
}
