package dev.twine.libp2p.core;

/** All limits of a host. Immutable; start with {@link #defaults()}. */
public record Limits(
    HandshakeLimits handshakes,
    ConnectionLimits connections,
    DialLimits dials,
    StreamLimits streams,
    WindowLimits windows,
    KeepAlive keepAlive) {
  public static Limits defaults() {
    return new Limits(
        HandshakeLimits.defaults(),
        ConnectionLimits.defaults(),
        DialLimits.defaults(),
        StreamLimits.defaults(),
        WindowLimits.defaults(),
        KeepAlive.defaults());
  }

  public Limits with(HandshakeLimits value) {
    return new Limits(value, connections, dials, streams, windows, keepAlive);
  }

  public Limits with(ConnectionLimits value) {
    return new Limits(handshakes, value, dials, streams, windows, keepAlive);
  }

  public Limits with(DialLimits value) {
    return new Limits(handshakes, connections, value, streams, windows, keepAlive);
  }

  public Limits with(StreamLimits value) {
    return new Limits(handshakes, connections, dials, value, windows, keepAlive);
  }

  public Limits with(WindowLimits value) {
    return new Limits(handshakes, connections, dials, streams, value, keepAlive);
  }

  public Limits with(KeepAlive value) {
    return new Limits(handshakes, connections, dials, streams, windows, value);
  }
}
