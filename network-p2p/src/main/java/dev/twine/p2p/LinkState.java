package dev.twine.p2p;

/**
 * Which gossip streams one connection has, and which of its ends opens the next: the state machine of
 * a {@link Link}. No I/O, no clock; guarded by the link.
 *
 * <p>The end with the lower node ID opens the stream, whoever dialled the connection. A connection
 * that this side dialled for something else carries no gossip until a dial asks for it.
 *
 * <p>Which of two sessions with one node stays is not decided here but by the engine, when both have
 * shaken hands: a stream that fails to do so changes nothing.
 */
final class LinkState {
  /** What a dial has to do that wants a session over the connection. */
  enum Join {
    /** There is one. */
    TAKE,
    /** Wait: a stream is under way, or the other end opens one. */
    WAIT,
    /** Open a stream. */
    OPEN
  }

  private final boolean lower;
  private final boolean dialled;

  /** Streams whose handshake is not done. */
  private int shaking;

  private int sessions;

  /** Whether the other end is about to open a stream, for it got the connection to do so. */
  private boolean awaited;

  /**
   * @param lower whether this node's ID is the lower one
   * @param dialled whether this side dialled the connection
   */
  LinkState(boolean lower, boolean dialled) {
    this.lower = lower;
    this.dialled = dialled;
  }

  /**
   * The connection is new.
   *
   * @param wanted whether a dial of this side asks for gossip with that peer
   * @return whether this side opens a stream now
   */
  boolean begin(boolean wanted) {
    if (dialled && !wanted) {
      return false;
    }
    awaited = dialled && !lower;
    shaking = lower ? 1 : 0;
    return lower;
  }

  /**
   * A dial wants a session. Over a connection that is there for something else, whoever wants it opens
   * the stream: the other end had its turn.
   */
  Join join() {
    if (sessions > 0) {
      return Join.TAKE;
    }
    if (shaking > 0 || awaited) {
      return Join.WAIT;
    }
    shaking++;
    return Join.OPEN;
  }

  /** The other end has opened a stream. Returns whether to shake hands on it. */
  boolean accept(boolean wanted) {
    boolean accepted = !dialled || wanted || awaited || sessions > 0;
    if (accepted) {
      awaited = false;
      shaking++;
    }
    return accepted;
  }

  /** A handshake failed. Returns whether there is no hope left of a session. */
  boolean failed() {
    shaking--;
    return isIdle();
  }

  /** A handshake is done, and the engine has taken the session. */
  void opened() {
    shaking--;
    sessions++;
  }

  /** A session is gone. */
  void ended() {
    sessions--;
  }

  /** No dial waits any more. Returns whether to give up the handshakes as well. */
  boolean unwanted() {
    awaited = false;
    return dialled && sessions == 0;
  }

  /** Whether no gossip runs over the connection or is about to. */
  boolean isIdle() {
    return shaking == 0 && sessions == 0 && !awaited;
  }
}
