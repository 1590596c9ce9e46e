package dev.twine.p2p;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.network.TwineException.Code;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a dial got, which is the first thing that its user wants to know when it failed. */
enum DialStep {
  RESOLVE("check the spelling of the name, and the DNS"),
  CONNECT("check that the node runs, listens on that port, and that no firewall is in between"),
  SECURITY("check that a libp2p node listens there"),
  IDENTITY("check the node ID in the address"),
  HANDSHAKE("check that a gossip node of this network listens there");

  /** Of a dial that this node ended itself. */
  static final Refusal CLOSED =
      new Refusal(Code.CLOSED, "the node closed while it dialled", "start it again");

  static final Refusal GIVEN_UP = new Refusal(Code.CLOSED, "the dial was given up", "dial again");

  /** This node has no place for another session; the engine has counted it. */
  static final Refusal NO_ROOM =
      HANDSHAKE.refused(Code.REFUSED, "no room for another session", "disconnect a peer first");

  static final Refusal ENDED =
      HANDSHAKE.refused(Code.REFUSED, "the peer ended the stream", "see the log of the peer");

  private final String remedy;

  DialStep(String remedy) {
    this.remedy = remedy;
  }

  /** Nothing answered in time. */
  Refusal late() {
    return new Refusal(Code.UNREACHABLE, "no answer from the peer in time" + at(), remedy);
  }

  /** The connection or the stream could not be opened. */
  Refusal failed(Throwable failure) {
    Throwable cause = Libp2pException.unwrap(failure);
    if (!(cause instanceof Libp2pException known)) {
      return new Refusal(Code.UNREACHABLE, "cannot reach the peer (" + cause + ")" + at(), remedy);
    }
    DialStep step = this == CONNECT ? reached(known.reason()) : this;
    String what = "%s (%s)%s".formatted(known.what(), known.value(), step.at());
    boolean ended =
        known.reason() == FailureReason.CLOSED || known.reason() == FailureReason.GO_AWAY;
    return new Refusal(code(known), what, step.remedy(known), ended);
  }

  /** The connection is one step for whoever dials, and several for whoever wants to know why not. */
  private static DialStep reached(FailureReason reason) {
    return switch (reason) {
      case NAME_NOT_FOUND -> RESOLVE;
      case NO_COMMON_SECURITY,
          NO_COMMON_MUXER,
          BAD_HANDSHAKE,
          HANDSHAKE_TIMEOUT,
          PROTOCOL_NOT_SUPPORTED,
          PROTOCOL_ERROR -> SECURITY;
      case WRONG_PEER -> IDENTITY;
      default -> CONNECT;
    };
  }

  /** What this host refuses itself is not cured at the peer. */
  private String remedy(Libp2pException failure) {
    return switch (failure.reason()) {
      case BAD_ADDRESS, DIAL_BACKOFF, LIMIT, GATED -> failure.remedy();
      default -> remedy;
    };
  }

  /** The peer answered, and it will not do. */
  Refusal refused(Code code, String what, @Nullable String whatToDo) {
    return new Refusal(code, what + at(), whatToDo == null ? remedy : whatToDo);
  }

  private String at() {
    return " at step " + name().toLowerCase(Locale.ROOT);
  }

  private static Code code(Libp2pException failure) {
    return switch (failure.reason()) {
      case BAD_ADDRESS -> Code.BAD_VALUE;
      case NO_COMMON_SECURITY,
          NO_COMMON_MUXER,
          PROTOCOL_NOT_SUPPORTED,
          WRONG_PEER,
          BAD_HANDSHAKE,
          GATED,
          LIMIT,
          RESET_BY_PEER,
          GO_AWAY,
          PROTOCOL_ERROR -> Code.REFUSED;
      default -> Code.UNREACHABLE;
    };
  }
}
