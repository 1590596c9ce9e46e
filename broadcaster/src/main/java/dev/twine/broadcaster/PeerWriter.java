package dev.twine.broadcaster;

/**
 * The outbound side of one peer: what it wants, what waits for it, and how much it got.
 *
 * <p>Every method may be called by any thread and returns at once.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class PeerWriter {
  /** Why a peer can no longer be served. */
  public enum CutReason {
    /** It did not take priority messages fast enough for its queue. */
    PRIORITY_OVERFLOW,
    /** Its socket took nothing for {@link BroadcasterConfig#stallTimeout} while bytes waited. */
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

  PeerWriter() {}

  /**
   * Sends to this peer alone, whatever its interest, behind what was offered to the same lane
   * before. Framed by the calling thread.
   */
  public Ticket send(OutboundMessage message) {
    throw new UnsupportedOperationException();
  }

  /** Replaces the tags it wants, from the next batch on. */
  public void interest(TagSet interest) {
    throw new UnsupportedOperationException();
  }

  /** Never sends it a message with that digest; the oldest of several hundred are forgotten. */
  public void skipDigest(byte[] digest) {
    throw new UnsupportedOperationException();
  }

  /** Ends it: drops what waits and gives the channel back, open. Again is harmless. */
  public void detach() {
    throw new UnsupportedOperationException();
  }

  /** Messages in its own priority queue; 0 while it keeps up. */
  public int queuedPriority() {
    throw new UnsupportedOperationException();
  }

  /** Messages in its own bulk queue; 0 while it keeps up. */
  public int queuedBulk() {
    throw new UnsupportedOperationException();
  }

  /** Bytes of frames in both its queues. */
  public long queuedBytes() {
    throw new UnsupportedOperationException();
  }

  /** Messages that it should have got and did not. */
  public long dropped() {
    throw new UnsupportedOperationException();
  }

  /** Messages handed to its channel. */
  public long sentMessages() {
    throw new UnsupportedOperationException();
  }

  /** Bytes of frames handed to its channel. */
  public long sentBytes() {
    throw new UnsupportedOperationException();
  }
}
