package dev.twine.node.admin;

/** A call that JSON-RPC itself refuses, with the codes of its specification. */
final class RpcException extends RuntimeException {
  static final int PARSE_ERROR = -32700;
  static final int INVALID_REQUEST = -32600;
  static final int METHOD_NOT_FOUND = -32601;
  static final int INVALID_PARAMS = -32602;
  static final int INTERNAL_ERROR = -32603;
  /** The first of the codes left to servers: our own errors, which carry the details as data. */
  static final int TWINE_ERROR = -32000;

  private static final long serialVersionUID = 1;

  private final int code;

  RpcException(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
