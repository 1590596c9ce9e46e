package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import java.time.Duration;

/** The errors of this package, in the words that users see. */
final class Failures {
  private Failures() {}

  static Libp2pException brokenProtocol(YamuxException cause) {
    var reason = cause.offence().isLimit() ? FailureReason.LIMIT : FailureReason.PROTOCOL_ERROR;
    return new Libp2pException(
        reason,
        "yamux connection ended by the local side",
        cause.what(),
        "check the multiplexer of the remote side");
  }

  static Libp2pException broken(Throwable cause) {
    return new Libp2pException(
        FailureReason.CLOSED,
        "yamux connection ended by the local side, which cannot write",
        cause.toString(),
        "see the cause; the memory for buffers may be used up",
        cause);
  }

  static Libp2pException silent(Duration silence) {
    return new Libp2pException(
        FailureReason.KEEP_ALIVE_TIMEOUT,
        "the remote side stopped answering",
        "nothing for " + silence,
        "connect again");
  }

  /**
   * The peer ends the connection.
   *
   * @param code as it sent it
   */
  static Libp2pException goneAway(long code) {
    return new Libp2pException(
        FailureReason.GO_AWAY,
        "the remote side goes away",
        GoAwayCode.describe(code),
        "connect again");
  }

  /** No stream begins any more on a connection that is open. */
  static Libp2pException noMoreStreams(String why) {
    return new Libp2pException(
        FailureReason.GO_AWAY, "no further stream on this connection", why, "connect again");
  }

  static Libp2pException closed(long streamId) {
    return new Libp2pException(
        FailureReason.CLOSED,
        "the connection of the stream closed",
        "stream " + streamId,
        "connect again");
  }

  static Libp2pException noConnection() {
    return new Libp2pException(
        FailureReason.CLOSED, "no stream on a closed connection", "yamux", "connect again");
  }

  /**
   * The peer gave a stream up.
   *
   * @param code why, as some implementations tell; 0 if it does not
   */
  static Libp2pException resetByPeer(long streamId, long code) {
    String why = code == 0 ? "" : ", code 0x" + Long.toHexString(code);
    return new Libp2pException(
        FailureReason.RESET_BY_PEER,
        "stream reset by the remote side",
        "stream " + streamId + why,
        "open another, not too soon: it may have a limit");
  }

  static Libp2pException resetLocally(long streamId) {
    return new Libp2pException(
        FailureReason.RESET_LOCALLY,
        "stream reset by the local side",
        "stream " + streamId,
        "open another");
  }

  static Libp2pException afterEnd(long streamId) {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR,
        "data of the remote side after its end of the stream",
        "stream " + streamId,
        "the remote side has to end a stream after its last write");
  }

  static Libp2pException limit(String what, long value, String remedy) {
    return new Libp2pException(FailureReason.LIMIT, what, Long.toString(value), remedy);
  }

  static Libp2pException notAccepted(Duration waited) {
    return new Libp2pException(
        FailureReason.LIMIT,
        "the remote side does not accept the streams opened before",
        "waited " + waited,
        "open fewer at a time, or look at the remote side");
  }

  static Libp2pException stalled(long streamId, Duration limit) {
    return new Libp2pException(
        FailureReason.TIMEOUT,
        "the remote side took nothing of what is queued",
        "stream " + streamId + ", for " + limit,
        "look why it does not read, or raise the limit of the stream");
  }

  static Libp2pException queueFull(long streamId) {
    return new Libp2pException(
        FailureReason.LIMIT,
        "more written than the stream may queue",
        "stream " + streamId,
        "write only while it is writable");
  }

  static Libp2pException memoryFull(long streamId) {
    return new Libp2pException(
        FailureReason.LIMIT,
        "the memory of the remote side's streams, or of all, is used up",
        "stream " + streamId,
        "write less at a time, or raise the limit of memory");
  }

  static Libp2pException heldFull(long streamId) {
    return new Libp2pException(
        FailureReason.LIMIT,
        "too much data of the connection waits for reads",
        "stream " + streamId,
        "read, or close the streams that nobody reads");
  }
}
