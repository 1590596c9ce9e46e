package dev.twine.ws;

/** The close codes of RFC 6455 section 7.4 that Twine sends, and which ones it accepts. */
final class CloseCode {
  static final int NORMAL = 1000;
  static final int GOING_AWAY = 1001;
  static final int PROTOCOL_ERROR = 1002;
  /** Never on the wire: a close frame that named none. */
  static final int NONE = 1005;

  static final int INVALID_PAYLOAD = 1007;
  static final int POLICY = 1008;
  static final int TOO_LARGE = 1009;
  static final int INTERNAL = 1011;

  private static final int LAST_REGISTERED = 1014;
  private static final int FIRST_LIBRARY = 3000;
  private static final int LAST_PRIVATE = 4999;
  /** Reserved without a meaning, by section 7.4.1. */
  private static final int RESERVED = 1004;

  private static final int ABNORMAL = 1006;

  private CloseCode() {}

  /** Whether an endpoint may put that code into a close frame. */
  static boolean isSendable(int code) {
    boolean registered = code >= NORMAL && code <= LAST_REGISTERED;
    boolean reserved = code == RESERVED || code == NONE || code == ABNORMAL;
    boolean unregistered = code >= FIRST_LIBRARY && code <= LAST_PRIVATE;
    return (registered && !reserved) || unregistered;
  }
}
