package dev.twine.gossip;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.identity.NodePublicKey;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a node says of itself, in a form that others can pass on: one address at which it can be
 * dialled, signed by its key, so that nobody gives a node addresses but itself.
 *
 * <pre>
 * 8      created, milliseconds since 1970
 * 2 + k  public key, libp2p encoding
 * 2 + a  the address: text, at most 256 bytes, without a node ID or with that of this node
 * 2 + s  signature over "twine-peer-record-v1:", the network ID and all above
 * </pre>
 *
 * <p>One address, so that whoever passes records on can leave out those that mean nothing to the
 * receiver or that it has not seen to be true. A record proves who wrote it and nothing else: whether
 * the node is there shows when it is dialled.
 */
final class PeerRecord {
  static final int MAX_ADDRESS_BYTES = 256;

  private static final int MAX_KEY_BYTES = 128;
  private static final int MAX_SIGNATURE_BYTES = 128;
  private static final String CUT = "peer record cut short or too long";
  private static final byte[] DOMAIN = "twine-peer-record-v1:".getBytes(StandardCharsets.US_ASCII);

  /** The longest record. */
  static final int MAX_BYTES = Long.BYTES
      + (Short.BYTES + MAX_KEY_BYTES)
      + (Short.BYTES + MAX_ADDRESS_BYTES)
      + (Short.BYTES + MAX_SIGNATURE_BYTES);

  private final NodePublicKey key;
  private final long createdMillis;
  private final Address address;
  private final byte[] encoded;
  private final int signedBytes;

  private PeerRecord(
      NodePublicKey key, long createdMillis, Address address, byte[] encoded, int signedBytes) {
    this.key = key;
    this.createdMillis = createdMillis;
    this.address = address.withNode(key.nodeId());
    this.encoded = encoded;
    this.signedBytes = signedBytes;
  }

  /**
   * A record of this node. Costs a signature: not for an event loop.
   *
   * @param address of at most {@link #MAX_ADDRESS_BYTES} characters
   */
  static PeerRecord sign(NodeKey key, String networkId, long createdMillis, Address address) {
    ByteBuf out = Unpooled.buffer().writeLong(createdMillis);
    SizedBytes.write(key.publicKey().encoded(), out);
    SizedBytes.write(address.toString().getBytes(StandardCharsets.US_ASCII), out);
    byte[] fields = toArray(out);
    SizedBytes.write(key.sign(signed(networkId, fields, fields.length)), out);
    return new PeerRecord(key.publicKey(), createdMillis, address, toArray(out), fields.length);
  }

  /**
   * Reads a record, whose signature is yet to be checked.
   *
   * @throws BadMessageException if it is malformed; nothing is allocated by a length that is merely
   *     announced
   */
  static PeerRecord parse(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    if (bytes.length > MAX_BYTES || bytes.length < Long.BYTES) {
      throw new BadMessageException("peer record of " + bytes.length + " bytes");
    }
    long created = in.readLong();
    if (created < 0) {
      throw new BadMessageException("peer record from before 1970");
    }
    NodePublicKey key = key(SizedBytes.read(in, MAX_KEY_BYTES, CUT));
    Address address = address(SizedBytes.read(in, MAX_ADDRESS_BYTES, CUT), key.nodeId());
    int signed = in.readerIndex();
    SizedBytes.read(in, MAX_SIGNATURE_BYTES, CUT);
    if (in.isReadable()) {
      throw new BadMessageException("bytes after the peer record");
    }
    return new PeerRecord(key, created, address, bytes.clone(), signed);
  }

  /** Whether the node itself wrote this, for that network. Costs a signature check. */
  boolean isAuthentic(String networkId) {
    byte[] signature = Arrays.copyOfRange(encoded, signedBytes + Short.BYTES, encoded.length);
    return key.verify(signed(networkId, encoded, signedBytes), signature);
  }

  NodeId nodeId() {
    return key.nodeId();
  }

  long createdMillis() {
    return createdMillis;
  }

  /** With the ID of the node, so that a dial ends unless it is there. */
  Address address() {
    return address;
  }

  /** Shared, so nobody writes to it. */
  byte[] encoded() {
    return encoded;
  }

  private static NodePublicKey key(byte[] encoded) {
    try {
      NodePublicKey key = NodePublicKey.parse(encoded);
      if (key.type() == KeyType.RSA) {
        throw new BadMessageException("peer record with an RSA key");
      }
      return key;
    } catch (IllegalArgumentException e) {
      throw new BadMessageException("peer record with a malformed key", e);
    }
  }

  private static Address address(byte[] text, NodeId node) {
    Address address;
    try {
      address = Address.parse(new String(text, StandardCharsets.US_ASCII));
    } catch (TwineException e) {
      throw new BadMessageException("peer record with a malformed address", e);
    }
    if (address.nodeId().filter(named -> !named.equals(node)).isPresent()) {
      throw new BadMessageException("peer record with an address of another node");
    }
    return address;
  }

  private static byte[] signed(String networkId, byte[] fields, int length) {
    ByteBuf out = Unpooled.buffer().writeBytes(DOMAIN);
    SizedBytes.write(networkId.getBytes(StandardCharsets.US_ASCII), out);
    return toArray(out.writeBytes(fields, 0, length));
  }

  private static byte[] toArray(ByteBuf out) {
    byte[] bytes = new byte[out.readableBytes()];
    out.getBytes(out.readerIndex(), bytes);
    return bytes;
  }
}
