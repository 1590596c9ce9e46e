package dev.twine.libp2p.core.identify;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.proto.IdentifyMessage;
import dev.twine.libp2p.core.wire.ProtobufBounds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/** Identify messages to bytes and back. */
final class IdentifyCodec {
  /** The largest message that is accepted, as go has it. */
  static final int MAX_PART = 8 * 1024;

  /** The most messages that are merged, as go has it. */
  static final int MAX_PARTS = 10;

  /** The largest message that is sent: rust accepts no more. */
  static final int MAX_SENT = 4 * 1024;

  /** What addresses leave to the names of protocols, and those to addresses. */
  private static final int MAX_SENT_PROTOCOLS = MAX_SENT / 2;

  /** Room for the address that is observed, which differs by connection. */
  static final int MAX_OBSERVED = 256;

  /** Counts protocols that did not fit into what is sent. */
  static final String SENT_PROTOCOLS = "identify.sent-protocols";

  /** Counts addresses that did not fit into what is sent. */
  static final String SENT_ADDRESSES = "identify.sent-addresses";

  /** An empty record with an ECDSA key, the longest that is made, and its signature. */
  private static final int SEAL_BYTES = 300;

  /** A field number and a length below 16 KiB. */
  private static final int FIELD_BYTES = 3;

  private static final int MAX_FIELDS = 1024;
  private static final int MAX_TEXT = 1024;

  private static final ProtobufBounds BOUNDS = ProtobufBounds.of("identify", MAX_PART, MAX_FIELDS)
      .with(1, 1, MAX_TEXT + 128)
      .with(2, MAX_FIELDS, MAX_PART)
      .with(3, MAX_FIELDS, MAX_TEXT)
      .with(4, 1, Multiaddr.MAX_BYTES)
      .with(5, 1, MAX_TEXT)
      .with(6, 1, MAX_TEXT)
      .with(8, 1, SignedEnvelope.MAX_BYTES);

  private IdentifyCodec() {}

  /**
   * Reads one message and consumes it; the buffer stays the caller's.
   *
   * @throws Libp2pException with {@link FailureReason#PROTOCOL_ERROR} if it is malformed or above a
   *     bound
   */
  static IdentifyMessage decode(ByteBuf part) {
    BOUNDS.check(part);
    try {
      return IdentifyMessage.parseFrom(ByteBufUtil.getBytes(part));
    } catch (InvalidProtocolBufferException e) {
      throw new Libp2pException(
          FailureReason.PROTOCOL_ERROR,
          "malformed identify message",
          String.valueOf(e.getMessage()),
          "send valid protobuf");
    }
  }

  /**
   * Encodes and signs what all peers are told. Protocols and then addresses are left out from the
   * end until the rest fits.
   */
  static byte[] encode(LocalIdentity local, NodeKey key, long seq, Refusals refusals) {
    var message = IdentifyMessage.newBuilder()
        .setPublicKey(ByteString.copyFrom(key.publicKey().encoded()))
        .setProtocolVersion(local.protocolVersion())
        .setAgentVersion(local.agentVersion());
    int room = MAX_SENT_PROTOCOLS;
    for (String protocol : local.protocols()) {
      ByteString name = ByteString.copyFromUtf8(protocol);
      room -= name.size() + FIELD_BYTES;
      if (room >= 0) {
        message.addProtocols(protocol);
      } else {
        refusals.count(SENT_PROTOCOLS);
      }
    }
    addAddresses(message, local.listenAddresses(), key, seq, refusals);
    return message.build().toByteArray();
  }

  /** The field that is added for one connection: protobuf takes fields in any order. */
  static byte[] encodeObserved(Multiaddr observed) {
    byte[] address = observed.withoutPeer().toBytes();
    if (address.length == 0 || address.length > MAX_OBSERVED - FIELD_BYTES) {
      return new byte[0];
    }
    return IdentifyMessage.newBuilder()
        .setObservedAddr(ByteString.copyFrom(address))
        .build()
        .toByteArray();
  }

  private static void addAddresses(
      IdentifyMessage.Builder message,
      List<Multiaddr> addresses,
      NodeKey key,
      long seq,
      Refusals refusals) {
    int count = Math.min(addresses.size(), PeerAddresses.MAX);
    int room = MAX_SENT - MAX_OBSERVED - SEAL_BYTES - message.build().getSerializedSize();
    int length = 0;
    int kept = 0;
    while (kept < count) {
      // Once as it is, and once in the record with a header more.
      length += 2 * (addresses.get(kept).toBytes().length + FIELD_BYTES) + FIELD_BYTES;
      if (length > room) {
        break;
      }
      kept++;
    }
    List<Multiaddr> sent = addresses.subList(0, kept);
    sent.forEach(address -> message.addListenAddrs(ByteString.copyFrom(address.toBytes())));
    byte[] sealed = new PeerRecord(key.nodeId(), seq, sent).seal(key);
    message.setSignedPeerRecord(ByteString.copyFrom(sealed));
    for (int dropped = addresses.size() - kept; dropped > 0; dropped--) {
      refusals.count(SENT_ADDRESSES);
    }
  }
}
