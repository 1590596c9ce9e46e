package dev.twine.libp2p.core;

import io.netty.channel.Channel;

/** A multiplexer: many streams over one secured connection. One instance serves all connections. */
public interface MuxerProtocol {
  /** The name in multistream-select, such as {@code /yamux/1.0.0}. */
  String id();

  /**
   * Adds the multiplexer directly behind the handler {@code after}, on the channel's event loop. It
   * reads and writes plain {@link io.netty.buffer.ByteBuf}s.
   *
   * <p>When the peer breaks the protocol, stops answering or says that it goes away with an error,
   * the multiplexer fires a {@link Libp2pException} with the reason through the pipeline and then
   * closes the channel; the connection takes the first such exception as its close reason. When the
   * channel becomes inactive, all its streams end.
   *
   * @param acceptor gets every stream that the peer opens
   */
  Muxer install(
      Channel channel,
      String after,
      boolean initiator,
      MuxerConfig config,
      StreamAcceptor acceptor);
}
