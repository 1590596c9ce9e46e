package dev.twine.libp2p.core.noise;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.twine.identity.NodePublicKey;
import dev.twine.libp2p.core.proto.NoiseExtensions;
import dev.twine.libp2p.core.proto.NoiseHandshakePayload;
import dev.twine.libp2p.core.wire.ProtobufBounds;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * What libp2p sends in the second and third message: the identity, its signature, and extensions.
 *
 * @param identityKey the libp2p encoding of the identity key
 * @param signature over the static Noise key
 * @param muxers in the sender's order of preference; empty if it negotiates none early
 * @param extension Twine's own; empty if the sender makes no offer
 */
record HandshakePayload(
    byte[] identityKey, byte[] signature, List<String> muxers, byte[] extension) {
  /** Key and signature take 1.1 KiB at most, with RSA of 4096 bits; the rest is for extensions. */
  static final int MAX_BYTES = 8 * 1024;

  static final int MAX_EXTENSION_BYTES = 4 * 1024;

  private static final int MAX_KEY_BYTES = 600;
  private static final int MAX_SIGNATURE_BYTES = 512;
  private static final int MAX_MUXERS = 16;
  private static final int MAX_MUXER_BYTES = 128;

  private static final ProtobufBounds BOUNDS = ProtobufBounds.of("Noise payload", MAX_BYTES, 32)
      .with(NoiseHandshakePayload.IDENTITY_KEY_FIELD_NUMBER, 1, MAX_KEY_BYTES)
      .with(NoiseHandshakePayload.IDENTITY_SIG_FIELD_NUMBER, 1, MAX_SIGNATURE_BYTES)
      .with(
          NoiseHandshakePayload.EXTENSIONS_FIELD_NUMBER,
          1,
          ProtobufBounds.of("Noise extensions", MAX_BYTES, 64)
              .with(NoiseExtensions.STREAM_MUXERS_FIELD_NUMBER, MAX_MUXERS, MAX_MUXER_BYTES)
              .with(NoiseExtensions.HANDSHAKE_EXTENSION_FIELD_NUMBER, 1, MAX_EXTENSION_BYTES));

  static HandshakePayload of(NoiseIdentity identity, List<String> muxers, byte[] extension) {
    return new HandshakePayload(
        identity.identityKey(), identity.signature(), muxers, extension.clone());
  }

  byte[] encode() {
    var payload = NoiseHandshakePayload.newBuilder()
        .setIdentityKey(ByteString.copyFrom(identityKey))
        .setIdentitySig(ByteString.copyFrom(signature));
    if (!muxers.isEmpty() || extension.length > 0) {
      var extensions = NoiseExtensions.newBuilder().addAllStreamMuxers(muxers);
      if (extension.length > 0) {
        extensions.setHandshakeExtension(ByteString.copyFrom(extension));
      }
      payload.setExtensions(extensions);
    }
    return payload.build().toByteArray();
  }

  /**
   * Reads a peer's payload; nothing in it is proven yet.
   *
   * @throws dev.twine.libp2p.core.Libp2pException if it goes beyond the bounds
   * @throws NoiseException if it is not protobuf
   */
  static HandshakePayload decode(byte[] bytes) {
    BOUNDS.check(Unpooled.wrappedBuffer(bytes));
    try {
      var payload = NoiseHandshakePayload.parseFrom(bytes);
      var extensions = payload.getExtensions();
      return new HandshakePayload(
          payload.getIdentityKey().toByteArray(),
          payload.getIdentitySig().toByteArray(),
          List.copyOf(extensions.getStreamMuxersList()),
          extensions.getHandshakeExtension().toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new NoiseException("the payload is not protobuf", e);
    }
  }

  /**
   * Proves the identity: its owner has signed the static key that the handshake has shown to be
   * the peer's.
   *
   * @throws NoiseException if there is no valid key, or the signature is not its
   */
  NodePublicKey prove(byte[] remoteStatic) {
    NodePublicKey key;
    try {
      key = NodePublicKey.parse(identityKey);
    } catch (IllegalArgumentException e) {
      throw new NoiseException("the identity key: " + e.getMessage(), e);
    }
    if (!key.verify(NoiseIdentity.signed(remoteStatic), signature)) {
      throw new NoiseException("the identity has not signed the static key");
    }
    return key;
  }
}
