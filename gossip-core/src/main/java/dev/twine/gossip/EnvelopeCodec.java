package dev.twine.gossip;

import dev.twine.gossip.Envelope.Route;
import dev.twine.gossip.Envelope.Signature;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodePublicKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The bytes of an {@link Envelope}, whose Javadoc draws them. */
final class EnvelopeCodec {
  static final int SIGNED = 1;
  static final int ROUTED = 2;
  static final int VERSION = 1;

  /** The longest encoding of a key that may sign: ECDSA keys have 95 bytes. */
  static final int MAX_KEY_BYTES = 128;

  /** The longest signature of such a key: ECDSA ones have at most 72 bytes. */
  static final int MAX_SIGNATURE_BYTES = 128;

  private static final int MAX_ORIGIN_BYTES = 44;
  private static final byte[] DOMAIN = "twine-envelope:".getBytes(StandardCharsets.US_ASCII);

  private EnvelopeCodec() {}

  static byte[] encode(Envelope envelope) {
    ByteBuf out = Unpooled.buffer();
    writeHeader(envelope, envelope.signature() != null, out);
    Route route = envelope.route();
    if (route != null) {
      out.writeByte(route.ttl()).writeByte(route.hops());
    }
    Signature signature = envelope.signature();
    if (signature != null) {
      NodePublicKey key = signature.key();
      writeBytes(key == null ? new byte[0] : key.encoded(), out);
      writeBytes(signature.bytes(), out);
    }
    return toArray(out.writeBytes(envelope.payload()));
  }

  /** What the author signs: the flag says signed before it is. */
  static byte[] signedBytes(Envelope envelope) {
    ByteBuf out = Unpooled.buffer().writeBytes(DOMAIN);
    writeHeader(envelope, true, out);
    return toArray(out.writeBytes(envelope.payload()));
  }

  static Envelope decode(byte[] bytes) {
    try {
      return read(Unpooled.wrappedBuffer(bytes));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new BadMessageException("envelope cut short or with a malformed field", e);
    }
  }

  private static Envelope read(ByteBuf in) {
    if (in.readByte() != VERSION) {
      throw new BadMessageException("envelope of another version");
    }
    byte[] id = readBytes(in, Envelope.ID_BYTES);
    int type = in.readUnsignedShort();
    int flags = in.readUnsignedByte();
    if ((flags & ~(SIGNED | ROUTED)) != 0) {
      throw new BadMessageException("envelope with an unknown flag");
    }
    Instant created = Instant.ofEpochMilli(in.readLong());
    NodeId origin = NodeId.ofMultihash(
        readBytes(in, bounded(in.readUnsignedByte(), MAX_ORIGIN_BYTES, "origin")));
    Route route =
        (flags & ROUTED) == 0 ? null : new Route(in.readUnsignedByte(), in.readUnsignedByte());
    Signature signature = (flags & SIGNED) == 0 ? null : readSignature(in, origin);
    byte[] payload = readBytes(in, in.readableBytes());
    return new Envelope(id, type, created, origin, route, signature, payload);
  }

  private static Signature readSignature(ByteBuf in, NodeId origin) {
    byte[] encoded = readBytes(in, bounded(in.readUnsignedShort(), MAX_KEY_BYTES, "key"));
    byte[] bytes = readBytes(in, bounded(in.readUnsignedShort(), MAX_SIGNATURE_BYTES, "signature"));
    if (NodePublicKey.inlinedIn(origin).isPresent() != (encoded.length == 0)) {
      throw new BadMessageException("envelope with a key it needs not, or without one it needs");
    }
    return new Signature(encoded.length == 0 ? null : NodePublicKey.parse(encoded), bytes);
  }

  private static void writeHeader(Envelope envelope, boolean signed, ByteBuf out) {
    byte[] origin = envelope.origin().multihash();
    int flags = (signed ? SIGNED : 0) | (envelope.route() == null ? 0 : ROUTED);
    out.writeByte(VERSION)
        .writeBytes(envelope.id())
        .writeShort(envelope.type())
        .writeByte(flags)
        .writeLong(envelope.created().toEpochMilli())
        .writeByte(origin.length)
        .writeBytes(origin);
  }

  private static void writeBytes(byte[] bytes, ByteBuf out) {
    out.writeShort(bytes.length).writeBytes(bytes);
  }

  /** Never allocates more than is there. */
  private static byte[] readBytes(ByteBuf in, int length) {
    if (length > in.readableBytes()) {
      throw new BadMessageException("envelope cut short");
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  private static int bounded(int length, int max, String what) {
    if (length > max) {
      throw new BadMessageException("envelope whose " + what + " is longer than " + max);
    }
    return length;
  }

  private static byte[] toArray(ByteBuf out) {
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}
