package dev.twine.libp2p.core.yamux;

/** Why a connection was ended, and under which name that is counted. */
enum Offence {
  /** A header that the specification gives no meaning. */
  BAD_HEADER("yamux.header", false),
  /** A stream ID of the wrong side, or of a stream that is open. */
  BAD_STREAM_ID("yamux.streamId", false),
  /** More data than was granted, or a frame above the limit. */
  WINDOW_EXCEEDED("yamux.window", false),
  /** A send window above 2^31-1. */
  WINDOW_OVERFLOW("yamux.credit", false),
  /** Streams opened and reset, or refused, again and again. */
  CHURN("streams.resets", true),
  /** More pings than anybody needs. */
  PING_FLOOD("yamux.pings", true),
  /** Control frames that the peer provokes and does not read. */
  CONTROL_BACKLOG("yamux.control", true);

  private final String counter;
  private final boolean limit;

  Offence(String counter, boolean limit) {
    this.counter = counter;
    this.limit = limit;
  }

  String counter() {
    return counter;
  }

  /** Whether each single frame was in order, and only their number was not. */
  boolean isLimit() {
    return limit;
  }
}
