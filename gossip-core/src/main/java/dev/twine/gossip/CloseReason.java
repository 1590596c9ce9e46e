package dev.twine.gossip;

/**
 * Why a session ended.
 *
 * @param kind for counters and for the close code on the wire
 * @param text for people
 */
public record CloseReason(Kind kind, String text) {
  /** Few enough for a metric label. */
  public enum Kind {
    /** This node shuts down. */
    SHUTDOWN("this node shuts down"),
    /** The user of this node asked for it. */
    DISCONNECTED("disconnected by this node"),
    /** The other end closed, with or without saying so. */
    REMOTE_CLOSED("closed by the peer"),
    /** Reading or writing failed. */
    IO_ERROR("connection failed"),
    /** Nothing came for longer than the dead limit, pings included. */
    IDLE("no sign of life"),
    /** The socket or window took nothing for too long. */
    SLOW("no progress in sending"),
    /** Its priority queue was full. */
    PRIORITY_OVERFLOW("priority queue full"),
    /** A message above the limit of its tag. */
    TOO_LARGE("message too large"),
    /** A message that breaks the protocol. */
    BAD_DATA("malformed message"),
    /** A proof of identity that does not hold. */
    BAD_IDENTITY("identity not proven"),
    /** An answer that nobody asked for. */
    UNEXPECTED_ANSWER("answer without a request"),
    /** A validator rejected what it sent. */
    REJECTED("invalid message"),
    /** Another session with that node exists. */
    DUPLICATE_ID("duplicate connection"),
    /** A newer session with that node took its place. */
    REPLACED("replaced by a newer session"),
    /** It brought clearly less than others, and another node gets its place. */
    LEAST_USEFUL("least useful peer"),
    /** The application gets on no more, and another node gets its place. */
    CLIQUE("no progress with these peers"),
    /** The other end is this node. */
    SELF("connected to itself"),
    /** This node has too much to do to judge who the other end is. */
    OVERLOADED("node overloaded"),
    /** No room among the unidentified. */
    TOO_MANY_PEERS("too many peers");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** In lower case with hyphens, as a metric label. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  public static CloseReason of(Kind kind) {
    return new CloseReason(kind, kind.text);
  }

  public static CloseReason of(Kind kind, String detail) {
    return new CloseReason(kind, kind.text + ": " + detail);
  }

  @Override
  public String toString() {
    return text;
  }
}
