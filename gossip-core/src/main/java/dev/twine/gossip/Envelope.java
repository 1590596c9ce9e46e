package dev.twine.gossip;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.identity.NodePublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message with an author: who wrote it, when, and a name of its own, so that two equal texts of one
 * author are two messages.
 *
 * <pre>
 * offset    bytes  field
 * 0         1      version, 1
 * 1         16     id: random, the duplicate key of the message
 * 17        2      type, for applications to tell their messages apart
 * 19        1      flags: 1 signed, 2 routed; others are refused
 * 20        8      created, milliseconds since 1970
 * 28        1      length n of the origin
 * 29        n      origin, the multihash of a node ID
 * if routed 1 + 1  ttl, hops
 * if signed 2 + k  public key of the origin, libp2p encoding; k = 0 if the origin contains it
 *           2 + s  signature
 * rest             payload
 * </pre>
 *
 * Numbers are big-endian. The signature covers {@code "twine-envelope:"}, the fields up to the origin,
 * and the payload: everything but ttl and hops, which change on the way. A broadcast is never routed,
 * so it is byte-identical on every hop. Whoever sees an id can send another envelope under it; nodes
 * that care verify the signature in a validator, and what that does not accept is not seen.
 *
 * <p>Immutable; arrays are shared, so nobody writes to them.
 *
 * @param id {@value #ID_BYTES} bytes that no other message has
 * @param type 0 to 65535
 * @param created when, to the millisecond
 * @param origin its author, who is proven only if {@link #isAuthentic}
 * @param route null for a broadcast
 * @param signature null if unsigned
 * @param payload the application's bytes
 */
public record Envelope(
    byte[] id,
    int type,
    Instant created,
    NodeId origin,
    @Nullable Route route,
    @Nullable Signature signature,
    byte[] payload) {
  /** Bytes of an id. */
  public static final int ID_BYTES = 16;

  /** Where the id begins, for readers that need nothing else. */
  public static final int ID_OFFSET = 1;

  /** Type of a message to one node. */
  public static final int DIRECT = 0x40;

  /** Type of a message to all. */
  public static final int BROADCAST = 0x41;

  private static final int MAX_TYPE = 0xffff;

  /**
   * How far a routed envelope has come and may go.
   *
   * @param ttl hops that are left, 0 to 255
   * @param hops hops behind it, 0 to 255
   */
  public record Route(int ttl, int hops) {
    private static final int MAX = 0xff;

    public Route {
      if (ttl < 0 || ttl > MAX || hops < 0 || hops > MAX) {
        throw new IllegalArgumentException("ttl " + ttl + " and hops " + hops + " are bytes");
      }
    }
  }

  /**
   * Proof of the author.
   *
   * @param key the author's public key; null if the node ID contains it
   * @param bytes the signature
   */
  public record Signature(@Nullable NodePublicKey key, byte[] bytes) {}

  public Envelope {
    if (id.length != ID_BYTES) {
      throw new IllegalArgumentException("an id has " + ID_BYTES + " bytes, not " + id.length);
    }
    if (type < 0 || type > MAX_TYPE) {
      throw new IllegalArgumentException("a type is 0 to " + MAX_TYPE + ", not " + type);
    }
    if (created.isBefore(Instant.EPOCH)) {
      throw new IllegalArgumentException("created before 1970: " + created);
    }
    created = created.truncatedTo(ChronoUnit.MILLIS);
  }

  /** An unsigned envelope for all. */
  public static Envelope of(byte[] id, int type, Instant created, NodeId origin, byte[] payload) {
    return new Envelope(id, type, created, origin, null, null, payload);
  }

  /** A fresh id. */
  public static byte[] newId(SecureRandom random) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return id;
  }

  /**
   * Reads an envelope that fills the bytes to their end.
   *
   * @throws BadMessageException if it is not exactly of the form above
   */
  public static Envelope parse(byte[] bytes) {
    return EnvelopeCodec.decode(bytes);
  }

  /** True if a message of that length is long enough to have an id. */
  static boolean hasId(int length) {
    return length >= ID_OFFSET + ID_BYTES;
  }

  /** The bytes that travel. */
  public byte[] encode() {
    return EnvelopeCodec.encode(this);
  }

  /** This envelope for a way of several hops, unsigned. */
  public Envelope routed(Route route) {
    return new Envelope(id, type, created, origin, route, null, payload);
  }

  /** A routed envelope one hop on, its signature intact; empty if it may not go on. */
  public Optional<Envelope> nextHop() {
    if (route == null || route.ttl() == 0 || route.hops() == Route.MAX) {
      return Optional.empty();
    }
    var next = new Route(route.ttl() - 1, route.hops() + 1);
    return Optional.of(new Envelope(id, type, created, origin, next, signature, payload));
  }

  /**
   * This envelope, signed by its author.
   *
   * @throws IllegalArgumentException if the key is another's, or an RSA key
   */
  public Envelope signed(NodeKey key) {
    if (!key.nodeId().equals(origin) || key.type() == KeyType.RSA) {
      throw new IllegalArgumentException(
          "an envelope is signed by its origin, and not with an RSA key");
    }
    boolean inlined = NodePublicKey.inlinedIn(origin).isPresent();
    byte[] bytes = key.sign(EnvelopeCodec.signedBytes(this));
    var proof = new Signature(inlined ? null : key.publicKey(), bytes);
    return new Envelope(id, type, created, origin, route, proof, payload);
  }

  /**
   * True if it is signed by its origin. Costs a signature check: not for an event loop.
   */
  public boolean isAuthentic() {
    if (signature == null) {
      return false;
    }
    NodePublicKey key = signature.key() != null
        ? signature.key()
        : NodePublicKey.inlinedIn(origin).orElse(null);
    return key != null
        && key.type() != KeyType.RSA
        && key.nodeId().equals(origin)
        && key.verify(EnvelopeCodec.signedBytes(this), signature.bytes());
  }
}
