package dev.twine.broadcaster;

import org.jspecify.annotations.Nullable;

/**
 * One message on its way out, the same for every peer until a {@link WireForm} frames it.
 *
 * @param tag what {@link TagSet} is asked about
 * @param body all bytes that follow the tag on the wire, already compressed; shared, so nobody
 *     writes to it once it has been handed over
 * @param lane where it queues
 * @param createdNanos when it was made, on the clock of the broadcaster; bulk grows too old by it
 * @param except the peer that sent it and does not get it back, or null
 * @param digest 32 bytes that peers may have asked not to be sent again, or null for none; only
 *     worth it for large bodies
 */
public record OutboundMessage(
    int tag,
    byte[] body,
    Lane lane,
    long createdNanos,
    @Nullable PeerWriter except,
    byte @Nullable [] digest) {
  /** SHA-256. */
  public static final int DIGEST_BYTES = 32;

  public OutboundMessage {
    if (digest != null && digest.length != DIGEST_BYTES) {
      throw new IllegalArgumentException("a digest has 32 bytes, not " + digest.length);
    }
  }

  /** A message of this node's own, for everybody who wants its tag. */
  public static OutboundMessage of(int tag, byte[] body, Lane lane, long createdNanos) {
    return new OutboundMessage(tag, body, lane, createdNanos, null, null);
  }

  /** The same message, kept from that peer. */
  public OutboundMessage except(PeerWriter sender) {
    return new OutboundMessage(tag, body, lane, createdNanos, sender, digest);
  }

  /** The same message, kept from peers that have that digest already. */
  public OutboundMessage withDigest(byte[] sha256) {
    return new OutboundMessage(tag, body, lane, createdNanos, except, sha256);
  }
}
