package dev.twine.ws;

/**
 * A peer broke the WebSocket protocol or a limit. Ends that connection with the close code that
 * says so. Carries no stack trace: a hostile peer causes them at will.
 */
final class WsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int closeCode;
  private final String reason;

  private WsException(int closeCode, String message) {
    super(message, null, false, false);
    this.closeCode = closeCode;
    this.reason = message;
  }

  static WsException protocol(String message) {
    return new WsException(CloseCode.PROTOCOL_ERROR, message);
  }

  static WsException text(String message) {
    return new WsException(CloseCode.INVALID_PAYLOAD, message);
  }

  static WsException policy(String message) {
    return new WsException(CloseCode.POLICY, message);
  }

  /** The message, for the close frame. */
  String reason() {
    return reason;
  }

  int closeCode() {
    return closeCode;
  }
}
