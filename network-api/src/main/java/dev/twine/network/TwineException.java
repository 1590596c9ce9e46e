package dev.twine.network;

import org.jspecify.annotations.Nullable;

/**
 * A failure that a user can cause or cure: what was wrong, the value, and what to do.
 *
 * <p>The message reads {@code WHAT: VALUE: WHAT TO DO}.
 */
public final class TwineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What kind of failure it is, for programs. */
  public enum Code {
    /** A value given by the user is not of its form or range. */
    BAD_VALUE,
    /** A tag, path or handler is registered already. */
    ALREADY_REGISTERED,
    /** The listen address is taken or cannot be bound. */
    CANNOT_LISTEN,
    /** The key file is unreadable, malformed, or readable by others. */
    KEY_FILE,
    /** Another process holds the data directory. */
    DATA_DIRECTORY,
    /** Nothing answers at the address. */
    UNREACHABLE,
    /** The other side answered and refused, or is not what was expected. */
    REFUSED,
    /** The other side is of another network. */
    NETWORK_MISMATCH,
    /** The other side is this node, or a node with this node's key. */
    SELF,
    /** A session with that node exists already. */
    DUPLICATE_ID,
    /** No session leads to that peer. */
    NO_SUCH_PEER,
    /** That peer has no address for HTTP services. */
    NO_HTTP_ROUTE,
    /** No answer within the deadline. */
    TIMEOUT,
    /** The node's own or the peer's rate limit. */
    RATE_LIMITED,
    /** Above the limit of the tag or service. */
    TOO_LARGE,
    /** The peer reported an error of its own. */
    REMOTE_ERROR,
    /** The node is not running. */
    CLOSED
  }

  private final Code code;
  private final String what;
  private final String value;
  private final String remedy;

  public TwineException(Code code, String what, String value, String remedy) {
    this(code, what, value, remedy, null);
  }

  public TwineException(
      Code code, String what, String value, String remedy, @Nullable Throwable cause) {
    super(what + ": " + value + ": " + remedy, cause);
    this.code = code;
    this.what = what;
    this.value = value;
    this.remedy = remedy;
  }

  public Code code() {
    return code;
  }

  /** What was wrong. */
  public String what() {
    return what;
  }

  /** The value that was wrong. */
  public String value() {
    return value;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
