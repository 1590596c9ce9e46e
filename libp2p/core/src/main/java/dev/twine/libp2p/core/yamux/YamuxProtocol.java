package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Muxer;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.StreamAcceptor;
import io.netty.channel.Channel;

/**
 * Yamux: streams with a window each, over one reliable connection.
 *
 * <p>Follows the yamux specification of libp2p/specs, and tolerates what other implementations do
 * beside it. A stream's receive window grows while the application, and not the network, is the
 * faster one; its writability follows the peer's window and the connection.
 */
public final class YamuxProtocol implements MuxerProtocol {
  public static final String ID = "/yamux/1.0.0";

  /** Has no state of its own. */
  public YamuxProtocol() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Muxer install(
      Channel channel,
      String after,
      boolean initiator,
      MuxerConfig config,
      StreamAcceptor acceptor) {
    var handler = new YamuxHandler(initiator, config, acceptor);
    channel.pipeline().addAfter(after, "yamux", handler);
    return new YamuxMuxer(handler.session());
  }
}
