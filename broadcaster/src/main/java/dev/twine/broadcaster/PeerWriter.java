package dev.twine.broadcaster;

import io.netty.channel.Channel;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The outbound side of one peer: what it wants, what waits for it, and how much it got.
 *
 * <p>Every method may be called by any thread and returns at once.
 */
public final class PeerWriter {
  /** Why a peer can no longer be served. */
  public enum CutReason {
    /** It did not take priority messages fast enough for its queue. */
    PRIORITY_OVERFLOW,
    /** Its socket took nothing for {@link BroadcasterConfig.Lag#stallTimeout} while bytes waited. */
    NO_PROGRESS
  }

  /** Told that a peer has been cut. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Closes the channel. Called once, on the event loop of the channel, when the peer has been
     * detached already and what waited for it is gone.
     */
    void cut(PeerWriter peer, CutReason reason);
  }

  private final Channel channel;
  private final Listener listener;
  private final DirectSender sender;
  private final Membership membership;
  private final LoopPeer inLoop;
  private final PeerCounts counts = new PeerCounts();

  /** Null until the peer asks for the first time, which few do. */
  private volatile @Nullable DigestFilter digests;

  PeerWriter(
      Channel channel,
      Listener listener,
      DirectSender sender,
      Function<PeerWriter, Membership> at) {
    this.channel = channel;
    this.listener = listener;
    this.sender = sender;
    this.membership = at.apply(this);
    this.inLoop = new LoopPeer(this, membership.loop().context());
  }

  /**
   * Sends to this peer alone, whatever its interest, behind what was offered to the same lane
   * before. Framed by the calling thread.
   */
  public Ticket send(OutboundMessage message) {
    return sender.send(this, message);
  }

  /** Replaces the tags it wants, from the next batch on. */
  public void interest(TagSet interest) {
    membership.interest(interest);
  }

  /**
   * Never sends it a message with that digest of 32 bytes; the oldest of several hundred are
   * forgotten.
   *
   * @throws IllegalArgumentException if it has another length
   */
  public void skipDigest(byte[] digest) {
    if (digest.length != OutboundMessage.DIGEST_BYTES) {
      throw new IllegalArgumentException("a digest has 32 bytes, not " + digest.length);
    }
    filter().add(digest);
  }

  /** Ends it: drops what waits and gives the channel back, open. Again is harmless. */
  public void detach() {
    membership.detach();
  }

  /** Messages in its own priority queue; 0 while it keeps up. */
  public int queuedPriority() {
    return counts.queued(Lane.PRIORITY);
  }

  /** Messages in its own bulk queue; 0 while it keeps up. */
  public int queuedBulk() {
    return counts.queued(Lane.BULK);
  }

  /** Bytes of frames in both its queues. */
  public long queuedBytes() {
    return counts.queuedBytes(Lane.PRIORITY) + counts.queuedBytes(Lane.BULK);
  }

  /** Messages that it should have got and did not. */
  public long dropped() {
    return counts.droppedMessages();
  }

  /** Messages handed to its channel. */
  public long sentMessages() {
    return counts.sentMessages();
  }

  /** Bytes of frames handed to its channel. */
  public long sentBytes() {
    return counts.sentBytes();
  }

  Channel channel() {
    return channel;
  }

  Listener listener() {
    return listener;
  }

  Membership membership() {
    return membership;
  }

  /** For the event loop alone. */
  LoopPeer inLoop() {
    return inLoop;
  }

  PeerCounts counts() {
    return counts;
  }

  boolean hasDigests() {
    return digests != null;
  }

  boolean hasDigest(byte[] digest) {
    DigestFilter filter = digests;
    return filter != null && filter.contains(digest);
  }

  private synchronized DigestFilter filter() {
    DigestFilter filter = digests;
    if (filter == null) {
      filter = new DigestFilter();
      digests = filter;
    }
    return filter;
  }
}
