package dev.twine.libp2p.core.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Event loops and the channel types that go with them. Whoever made the group closes it, after
 * every host that uses it.
 *
 * @param group the loops
 * @param listener the type of a listening channel
 * @param stream the type of a connection
 */
public record Loops(
    EventLoopGroup group,
    Class<? extends ServerChannel> listener,
    Class<? extends Channel> stream) {
  /** New loops, on epoll where there is epoll, else on NIO. */
  public static Loops start(int threads) {
    var names = new DefaultThreadFactory("libp2p-loop", true);
    var factory = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return of(new MultiThreadIoEventLoopGroup(threads, names, factory));
  }

  /**
   * The channel types for a given group.
   *
   * @throws IllegalArgumentException if the group is neither on epoll nor on NIO
   */
  public static Loops of(EventLoopGroup group) {
    if (group instanceof IoEventLoopGroup io) {
      if (Epoll.isAvailable() && io.isIoType(EpollIoHandler.class)) {
        return new Loops(group, EpollServerSocketChannel.class, EpollSocketChannel.class);
      }
      if (io.isIoType(NioIoHandler.class)) {
        return new Loops(group, NioServerSocketChannel.class, NioSocketChannel.class);
      }
    }
    throw new IllegalArgumentException("event loops of an unknown kind: " + group
        + ": use a MultiThreadIoEventLoopGroup on epoll" + " or NIO");
  }

  /** Whether the calling thread is one of these loops, and so must never wait. */
  public boolean isCurrent() {
    for (var loop : group) {
      if (loop.inEventLoop()) {
        return true;
      }
    }
    return false;
  }
}
