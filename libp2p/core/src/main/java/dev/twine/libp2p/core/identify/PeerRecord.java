package dev.twine.libp2p.core.identify;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.proto.PeerRecordMessage;
import dev.twine.libp2p.core.wire.ProtobufBounds;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses that a peer vouches for with its signature.
 *
 * @param seq orders the records of a peer, unsigned; not a time
 * @param addresses without the peer's ID on their end
 * @see <a href="https://github.com/libp2p/specs/blob/master/RFC/0003-routing-records.md">RFC
 *     0003</a>
 */
public record PeerRecord(NodeId id, long seq, List<Multiaddr> addresses) {
  /** What go and js sign with; the RFC's own text has another one. */
  private static final String DOMAIN = "libp2p-peer-record";

  /** The multicodec of peer records. */
  private static final byte[] TYPE = {0x03, 0x01};

  /** The RFC's own text, as rust sends it in identify. Read, never written. */
  private static final String RFC_DOMAIN = "libp2p-routing-state";

  private static final byte[] RFC_TYPE =
      "/libp2p/routing-state-record".getBytes(StandardCharsets.US_ASCII);

  private static final int MAX_FIELDS = 1024;

  private static final ProtobufBounds ADDRESS = ProtobufBounds.of(
          "peer record address", Multiaddr.MAX_BYTES + 16, 8)
      .with(1, 1, Multiaddr.MAX_BYTES);

  private static final ProtobufBounds BOUNDS = ProtobufBounds.of(
          "peer record", SignedEnvelope.MAX_BYTES, MAX_FIELDS)
      .with(1, 1, 64)
      .with(2, 1, 10)
      .with(3, MAX_FIELDS, ADDRESS);

  public PeerRecord {
    addresses = List.copyOf(addresses);
  }

  /** Whether this replaces the other. */
  boolean isNewerThan(PeerRecord other) {
    return Long.compareUnsigned(seq, other.seq) > 0;
  }

  /** Whether the signature of the envelope of a record holds; half a millisecond. */
  static boolean isSigned(SignedEnvelope envelope) {
    return envelope.isSignedFor(envelope.isOfType(RFC_TYPE) ? RFC_DOMAIN : DOMAIN);
  }

  /** Signs. */
  byte[] seal(NodeKey key) {
    return SignedEnvelope.seal(key, DOMAIN, TYPE, encode());
  }

  byte[] encode() {
    var message = PeerRecordMessage.newBuilder()
        .setPeerId(ByteString.copyFrom(id.multihash()))
        .setSeq(seq);
    for (Multiaddr address : addresses) {
      message.addAddresses(PeerRecordMessage.AddressInfo.newBuilder()
          .setMultiaddr(ByteString.copyFrom(address.toBytes())));
    }
    return message.build().toByteArray();
  }

  /**
   * Reads the record in an envelope whose signature is not judged here. Addresses that cannot be
   * read or belong to another peer are left out, and all above the limit.
   *
   * @throws Libp2pException with {@link FailureReason#PROTOCOL_ERROR} if it is no record, or one of
   *     another peer than the signer
   */
  static PeerRecord parse(SignedEnvelope envelope) {
    if (!envelope.isOfType(TYPE) && !envelope.isOfType(RFC_TYPE)) {
      throw malformed("another type of payload");
    }
    BOUNDS.check(Unpooled.wrappedBuffer(envelope.payload()));
    try {
      var message = PeerRecordMessage.parseFrom(envelope.payload());
      NodeId id = NodeId.ofMultihash(message.getPeerId().toByteArray());
      if (!id.equals(envelope.signer().nodeId())) {
        throw malformed("a record of " + id + " signed by " + envelope.signer().nodeId());
      }
      List<ByteString> addresses = new ArrayList<>();
      message.getAddressesList().forEach(info -> addresses.add(info.getMultiaddr()));
      return new PeerRecord(id, message.getSeq(), PeerAddresses.readable(addresses, id));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private static Libp2pException malformed(String why) {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR, "malformed peer record", why, "sign one's own record");
  }
}
