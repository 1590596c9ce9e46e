package dev.twine.libp2p.core.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.channels.spi.SelectorProvider;
import java.util.function.Function;

/**
 * The socket channels that go with a kind of event loops.
 *
 * @param listener makes a listening channel, for IPv4 or IPv6
 * @param stream the type of a connection
 * @param datagram the type of a channel for UDP
 */
public record Loops(
    Function<SocketProtocolFamily, ServerSocketChannel> listener,
    Class<? extends SocketChannel> stream,
    Class<? extends DatagramChannel> datagram) {
  private static final Loops NIO = new Loops(
      family -> new NioServerSocketChannel(SelectorProvider.provider(), family),
      NioSocketChannel.class,
      NioDatagramChannel.class);

  /** New loops, on epoll where there is epoll, else on NIO. */
  public static EventLoopGroup start(int threads) {
    var names = new DefaultThreadFactory("libp2p-loop", true);
    var factory = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, names, factory);
  }

  /**
   * The channel types for a given group or loop.
   *
   * @throws IllegalArgumentException if it is neither on epoll nor on NIO
   */
  public static Loops of(EventLoopGroup group) {
    if (group instanceof IoEventLoopGroup io) {
      if (Epoll.isAvailable() && io.isIoType(EpollIoHandler.class)) {
        return epoll();
      }
      if (io.isIoType(NioIoHandler.class)) {
        return NIO;
      }
    }
    throw new IllegalArgumentException("event loops without sockets: " + group
        + ": use a MultiThreadIoEventLoopGroup on epoll or NIO");
  }

  boolean isEpoll() {
    return stream == EpollSocketChannel.class;
  }

  /** Whether the calling thread is one of the group's loops, and so must never wait. */
  public static boolean isCurrent(EventLoopGroup group) {
    for (var loop : group) {
      if (loop.inEventLoop()) {
        return true;
      }
    }
    return false;
  }

  private static Loops epoll() {
    return new Loops(
        EpollServerSocketChannel::new, EpollSocketChannel.class, EpollDatagramChannel.class);
  }
}
