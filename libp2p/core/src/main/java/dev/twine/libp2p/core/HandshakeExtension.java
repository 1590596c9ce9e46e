package dev.twine.libp2p.core;

/**
 * Data of an application that travels inside a handshake, such as an admission certificate.
 *
 * <p>One instance per connection. The offer is authenticated by the handshake; peers that do not
 * know extensions ignore it and offer none. TLS carries none in either direction, so {@link #offer}
 * may not be called, while {@link #received} always is.
 */
public interface HandshakeExtension {
  /** What to send; at most 4096 bytes. Called at most once, on the event loop. */
  byte[] offer();

  /**
   * The peer's offer, empty if it made none. Called once, on the event loop, after the peer's
   * identity is proven and before the connection counts as secured.
   *
   * @throws Libp2pException to end the connection
   */
  void received(byte[] theirs);
}
