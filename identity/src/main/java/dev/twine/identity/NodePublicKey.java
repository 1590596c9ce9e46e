package dev.twine.identity;

import java.util.Arrays;
import java.util.Optional;

/**
 * The public key of a node, of any type that libp2p knows.
 *
 * <p>Immutable, safe for use by several threads. Verification takes 0.1 to 3 ms of processor time,
 * depending on the type: not for an event loop that has others to serve.
 */
public final class NodePublicKey {
  private final KeyProtobuf protobuf;
  private final byte[] encoded;
  private final SignatureCheck check;
  private final NodeId nodeId;

  private NodePublicKey(KeyProtobuf protobuf) {
    this.protobuf = protobuf;
    this.encoded = protobuf.encode();
    this.check = SignatureCheck.of(protobuf.type(), protobuf.data());
    this.nodeId = NodeId.ofEncodedKey(encoded);
  }

  /**
   * Reads the libp2p encoding, as it stands in Noise payloads, certificates and signed records.
   * Only the deterministic form is taken.
   *
   * @throws IllegalArgumentException naming what is wrong; nothing is allocated by a length that the
   *     bytes merely announce
   */
  public static NodePublicKey parse(byte[] libp2pProtobuf) {
    return new NodePublicKey(KeyProtobuf.parse(libp2pProtobuf));
  }

  /** The Ed25519 key of these 32 bytes. */
  public static NodePublicKey ofEd25519(byte[] raw32) {
    return of(KeyType.ED25519, raw32);
  }

  /**
   * The key that an ID carries in itself: those of Ed25519 and secp256k1 nodes. Empty for an ID that
   * is a hash, or whose inlined bytes are no key.
   */
  public static Optional<NodePublicKey> inlinedIn(NodeId id) {
    byte[] multihash = id.multihash();
    if (multihash[0] != 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(Arrays.copyOfRange(multihash, 2, multihash.length)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static NodePublicKey of(KeyType type, byte[] raw) {
    return new NodePublicKey(new KeyProtobuf(type, raw.clone()));
  }

  public KeyType type() {
    return protobuf.type();
  }

  /** A copy of the libp2p encoding. */
  public byte[] encoded() {
    return encoded.clone();
  }

  /**
   * A copy of the key itself: 32 bytes for Ed25519, a compressed point for secp256k1, PKIX DER for
   * the others.
   */
  public byte[] raw() {
    return protobuf.data().clone();
  }

  /** The ID of the node that holds the private key. */
  public NodeId nodeId() {
    return nodeId;
  }

  /**
   * Whether the holder of the private key signed the message: Ed25519 plain, ECDSA over SHA-256 in
   * DER, RSA as PKCS#1 v1.5 over SHA-256. A malformed signature is a wrong one.
   */
  public boolean verify(byte[] message, byte[] signature) {
    return check.verify(message, signature);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodePublicKey that && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  @Override
  public String toString() {
    return type().label() + " key of " + nodeId;
  }
}
