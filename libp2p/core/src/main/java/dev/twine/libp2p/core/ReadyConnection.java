package dev.twine.libp2p.core;

/**
 * What makes a connection of a channel: a proven peer and streams.
 *
 * @param peer who is on the other side
 * @param security the name of what proved it, such as {@code /tls/1.0.0}
 * @param muxer the name of what carries the streams, such as {@code /yamux/1.0.0}
 * @param start starts the streams, if the host wants the peer
 */
public record ReadyConnection(SecuredPeer peer, String security, String muxer, Start start) {
  /** Starts the streams of a connection. */
  @FunctionalInterface
  public interface Start {
    /**
     * Called once, on the channel's event loop.
     *
     * @param config limits, counters and the memory of this peer
     * @param acceptor gets the peer's streams, none before this has returned
     */
    Muxer start(MuxerConfig config, StreamAcceptor acceptor);
  }
}
