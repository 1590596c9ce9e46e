package dev.twine.ws;

import dev.twine.gossip.CloseReason;

/**
 * The close frame that tells a peer why.
 *
 * <p>go-algorand knows code 1000 without a reason and code 1002 with one of three; only nodes with
 * {@code twine1} are told Twine's own reasons, as {@code KIND: text}.
 */
final class CloseFrames {
  private CloseFrames() {}

  static ControlFrame.Close of(WsException violation) {
    return new ControlFrame.Close(violation.closeCode(), violation.reason());
  }

  static ControlFrame.Close of(CloseReason reason, boolean twine1) {
    if (twine1) {
      return new ControlFrame.Close(code(reason), reason.kind().name() + ": " + reason.text());
    }
    if (reason.kind() == CloseReason.Kind.DUPLICATE_ID) {
      return new ControlFrame.Close(CloseCode.PROTOCOL_ERROR, "Duplicate connection");
    }
    return new ControlFrame.Close(code(reason), "");
  }

  private static int code(CloseReason reason) {
    return switch (reason.kind()) {
      case SHUTDOWN -> CloseCode.GOING_AWAY;
      case DISCONNECTED, REMOTE_CLOSED -> CloseCode.NORMAL;
      case BAD_DATA, UNEXPECTED_ANSWER -> CloseCode.PROTOCOL_ERROR;
      case TOO_LARGE -> CloseCode.TOO_LARGE;
      case IO_ERROR -> CloseCode.INTERNAL;
      default -> CloseCode.POLICY;
    };
  }
}
