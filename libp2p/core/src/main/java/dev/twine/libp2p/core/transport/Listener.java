package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.Multiaddr;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

/** A bound address. */
public final class Listener {
  private final Channel channel;
  private final Multiaddr address;

  Listener(Channel channel, Multiaddr address) {
    this.channel = channel;
    this.address = address;
  }

  /** The address with its real port; an unspecified IP stays unspecified. */
  public Multiaddr address() {
    return address;
  }

  /** Stops accepting. Accepted connections stay. */
  public ChannelFuture close() {
    return channel.close();
  }
}
