package dev.twine.libp2p.core;

/** Takes the streams that a peer opens. */
@FunctionalInterface
public interface StreamAcceptor {
  /**
   * A new stream, on its event loop, registered and before any byte of it has been read. The
   * acceptor adds handlers or resets the stream; it must not throw.
   */
  void accepted(StreamChannel stream);
}
