package dev.twine.ws;

import dev.twine.gossip.CloseReason;

/**
 * A peer broke the WebSocket protocol or a limit. Ends that connection with the close code that
 * says so. Carries no stack trace: a hostile peer causes them at will.
 */
final class WsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int closeCode;
  private final String reason;
  private final CloseReason.Kind kind;

  private WsException(int closeCode, String message, CloseReason.Kind kind) {
    super(message, null, false, false);
    this.closeCode = closeCode;
    this.reason = message;
    this.kind = kind;
  }

  static WsException protocol(String message) {
    return new WsException(CloseCode.PROTOCOL_ERROR, message, CloseReason.Kind.BAD_DATA);
  }

  static WsException text(String message) {
    return new WsException(CloseCode.INVALID_PAYLOAD, message, CloseReason.Kind.BAD_DATA);
  }

  static WsException policy(String message) {
    return new WsException(CloseCode.POLICY, message, CloseReason.Kind.BAD_DATA);
  }

  /** A message that has begun and does not end. */
  static WsException slow(String message) {
    return new WsException(CloseCode.POLICY, message, CloseReason.Kind.SLOW);
  }

  /** How the engine counts it. */
  CloseReason closeReason() {
    return CloseReason.of(kind, reason);
  }

  /** The message, for the close frame. */
  String reason() {
    return reason;
  }

  int closeCode() {
    return closeCode;
  }
}
