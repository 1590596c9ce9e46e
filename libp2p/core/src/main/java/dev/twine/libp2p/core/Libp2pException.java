package dev.twine.libp2p.core;

import java.util.Collection;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A failure of the stack: what happened, the value, and what to do.
 *
 * <p>The message reads {@code WHAT: VALUE: WHAT TO DO}. Only reasons that a caller causes carry a
 * stack trace: a peer must not be able to make this side fill one in for every bad frame.
 */
public class Libp2pException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final FailureReason reason;
  private final String what;
  private final String value;
  private final String remedy;

  public Libp2pException(FailureReason reason, String what, String value, String remedy) {
    this(reason, what, value, remedy, null);
  }

  public Libp2pException(
      FailureReason reason, String what, String value, String remedy, @Nullable Throwable cause) {
    super(what + ": " + value + ": " + remedy, cause, true, causedByCaller(reason));
    this.reason = reason;
    this.what = what;
    this.value = value;
    this.remedy = remedy;
  }

  /**
   * A negotiation without a common protocol. {@code remote} is empty where the peer did not list
   * what it speaks, which is the usual case in multistream-select.
   */
  public static Libp2pException noCommonProtocol(
      FailureReason reason, Collection<String> local, Collection<String> remote) {
    String theirs = remote.isEmpty() ? "not told" : String.join(" ", remote);
    return new Libp2pException(
        reason,
        "no common protocol",
        "local: " + String.join(" ", local) + "; remote: " + theirs,
        "enable one of them on both sides");
  }

  /** What a future failed with, without the {@link CompletionException} that later stages add. */
  public static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  public FailureReason reason() {
    return reason;
  }

  /** What happened. */
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

  private static boolean causedByCaller(FailureReason reason) {
    return reason == FailureReason.BAD_ADDRESS || reason == FailureReason.CANNOT_LISTEN;
  }
}
