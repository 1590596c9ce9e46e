package dev.twine.libp2p.core.identify;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.twine.identity.NodeKey;
import dev.twine.identity.NodePublicKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Varint;
import dev.twine.libp2p.core.proto.Envelope;
import dev.twine.libp2p.core.wire.ProtobufBounds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A signed statement: whose, of what type, what, and a signature over all of it and over a domain
 * that is not sent.
 *
 * <p>Parsing checks no signature; {@link #isSignedFor} does, for half a millisecond of processor
 * time.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/RFC/0002-signed-envelopes.md">RFC
 *     0002</a>
 */
record SignedEnvelope(NodePublicKey signer, byte[] type, byte[] payload, byte[] signature) {
  /** As large as an identify message may be. */
  static final int MAX_BYTES = IdentifyCodec.MAX_PART;

  /** A key of RSA with 8192 bits, and its signature. */
  private static final int MAX_KEY = 1100;

  private static final int MAX_SIGNATURE = 1024;
  private static final int MAX_TYPE = 64;

  private static final ProtobufBounds BOUNDS = ProtobufBounds.of("envelope", MAX_BYTES, 16)
      .with(1, 1, MAX_KEY)
      .with(2, 1, MAX_TYPE)
      .with(3, 1, MAX_BYTES)
      .with(5, 1, MAX_SIGNATURE);

  /** Signs. */
  static byte[] seal(NodeKey key, String domain, byte[] type, byte[] payload) {
    return Envelope.newBuilder()
        .setPublicKey(ByteString.copyFrom(key.publicKey().encoded()))
        .setPayloadType(ByteString.copyFrom(type))
        .setPayload(ByteString.copyFrom(payload))
        .setSignature(ByteString.copyFrom(key.sign(signedBytes(domain, type, payload))))
        .build()
        .toByteArray();
  }

  /**
   * Reads without judging the signature.
   *
   * @throws Libp2pException with {@link FailureReason#PROTOCOL_ERROR} if it is malformed
   */
  static SignedEnvelope parse(byte[] bytes) {
    BOUNDS.check(Unpooled.wrappedBuffer(bytes));
    try {
      Envelope message = Envelope.parseFrom(bytes);
      return new SignedEnvelope(
          NodePublicKey.parse(message.getPublicKey().toByteArray()),
          message.getPayloadType().toByteArray(),
          message.getPayload().toByteArray(),
          message.getSignature().toByteArray());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new Libp2pException(
          FailureReason.PROTOCOL_ERROR,
          "malformed envelope",
          String.valueOf(e.getMessage()),
          "send valid protobuf with a known key",
          e);
    }
  }

  boolean isOfType(byte[] expected) {
    return Arrays.equals(type, expected);
  }

  /** Whether the signer signed this for that domain. */
  boolean isSignedFor(String domain) {
    return signer.verify(signedBytes(domain, type, payload), signature);
  }

  private static byte[] signedBytes(String domain, byte[] type, byte[] payload) {
    byte[] domainBytes = domain.getBytes(StandardCharsets.UTF_8);
    ByteBuf out =
        Unpooled.buffer(domainBytes.length + type.length + payload.length + 3 * Varint.MAX_BYTES);
    for (byte[] part : new byte[][] {domainBytes, type, payload}) {
      Varint.write(out, part.length);
      out.writeBytes(part);
    }
    return ByteBufUtil.getBytes(out);
  }
}
