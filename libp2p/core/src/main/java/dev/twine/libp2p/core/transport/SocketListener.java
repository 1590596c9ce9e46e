package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.TransportListener;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;

/** A listening socket. */
record SocketListener(Channel channel, Multiaddr address) implements TransportListener {
  @Override
  public Future<?> close() {
    return channel.close();
  }
}
