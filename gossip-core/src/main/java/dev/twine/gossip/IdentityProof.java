package dev.twine.gossip;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.identity.NodePublicKey;
import dev.twine.network.TransportKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Proof between two Twine nodes of who is at the other end of a session, the body of tag {@code tp}:
 *
 * <pre>
 * 1      version, 1
 * 2 + k  public key of the sender, libp2p encoding
 * 2 + s  its signature over the {@link Binding}
 * </pre>
 *
 * <p>Unlike go-algorand's challenge it needs no name of the listener, takes every key type but RSA,
 * and on an encrypted transport it is bound to the channel. Without a channel binding it proves that
 * the node takes part in this exchange, not that nobody sits in between.
 */
public final class IdentityProof {
  /** With room above an ECDSA key and signature, which need 172. */
  public static final int MAX_BYTES = 512;

  private static final int VERSION = 1;
  private static final int MAX_KEY_BYTES = 128;
  private static final int MAX_SIGNATURE_BYTES = 128;
  private static final String CUT = "identity proof cut short or too long";
  private static final byte[] DOMAIN =
      "twine-identity-proof-v1:".getBytes(StandardCharsets.US_ASCII);

  private IdentityProof() {}

  /**
   * One end of a session, as both ends saw it in the handshake.
   *
   * @param id who it is, or claims to be
   * @param random its node random
   * @param nonce what it chose for this session alone
   */
  public record End(NodeId id, byte[] random, byte[] nonce) {}

  /**
   * What a proof is about; both ends build it, each with the sender of the proof as prover.
   *
   * @param prover the end that sends the proof
   * @param verifier the end that gets it
   * @param proverDialled who dialled the session
   * @param transport what it runs over
   * @param channel bytes that only the two ends of the encrypted channel know alike, such as those of
   *     the TLS exporter; null on a plain one
   */
  public record Binding(
      End prover,
      End verifier,
      boolean proverDialled,
      TransportKind transport,
      byte @Nullable [] channel) {
    private byte[] signedBytes() {
      ByteBuf out = Unpooled.buffer().writeBytes(DOMAIN);
      write(prover, out);
      write(verifier, out);
      out.writeBoolean(proverDialled);
      SizedBytes.write(transport.label().getBytes(StandardCharsets.US_ASCII), out);
      out.writeBoolean(channel != null);
      SizedBytes.write(channel == null ? new byte[0] : channel, out);
      return toArray(out);
    }

    private static void write(End end, ByteBuf out) {
      SizedBytes.write(end.id.multihash(), out);
      SizedBytes.write(end.random, out);
      SizedBytes.write(end.nonce, out);
    }
  }

  /**
   * Writes the body that proves this node.
   *
   * @throws IllegalArgumentException if the key is not the prover's, or an RSA key
   */
  public static byte[] create(NodeKey key, Binding binding) {
    if (key.type() == KeyType.RSA || !key.nodeId().equals(binding.prover.id)) {
      throw new IllegalArgumentException(
          "a proof is signed by its prover, and not with an RSA key");
    }
    ByteBuf out = Unpooled.buffer().writeByte(VERSION);
    SizedBytes.write(key.publicKey().encoded(), out);
    SizedBytes.write(key.sign(binding.signedBytes()), out);
    return toArray(out);
  }

  /**
   * Judges the body that a peer sent. Costs a signature check: not for an event loop.
   *
   * @return the prover of the binding, who is now proven
   * @throws BadMessageException if the body is malformed, is of another node, or proves something else
   */
  public static NodeId verify(byte[] body, Binding binding) {
    ByteBuf in = Unpooled.wrappedBuffer(body);
    if (!in.isReadable() || in.readByte() != VERSION) {
      throw new BadMessageException("identity proof of another version");
    }
    NodePublicKey key = key(SizedBytes.read(in, MAX_KEY_BYTES, CUT));
    byte[] signature = SizedBytes.read(in, MAX_SIGNATURE_BYTES, CUT);
    if (in.isReadable()) {
      throw new BadMessageException("bytes after the identity proof");
    }
    if (key.type() == KeyType.RSA || !key.nodeId().equals(binding.prover.id)) {
      throw new BadMessageException("identity proof of another node");
    }
    if (!key.verify(binding.signedBytes(), signature)) {
      throw new BadMessageException("identity proof with a wrong signature");
    }
    return binding.prover.id;
  }

  private static NodePublicKey key(byte[] encoded) {
    try {
      return NodePublicKey.parse(encoded);
    } catch (IllegalArgumentException e) {
      throw new BadMessageException("identity proof with a malformed key", e);
    }
  }

  private static byte[] toArray(ByteBuf out) {
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}
