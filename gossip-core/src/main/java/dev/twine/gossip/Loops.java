package dev.twine.gossip;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of one node, or of several that share them, and the channel types that go with
 * them. Whoever made them closes them, after every node that uses them.
 *
 * @param group the loops
 * @param listener the type of a listening channel
 * @param stream the type of a connection
 */
public record Loops(
    EventLoopGroup group, Class<? extends ServerChannel> listener, Class<? extends Channel> stream)
    implements AutoCloseable {
  private static final int CLOSE_SECONDS = 5;

  /** Loops on epoll where there is epoll, else on NIO. */
  public static Loops start(int threads) {
    var names = new DefaultThreadFactory("twine-loop", true);
    if (Epoll.isAvailable()) {
      var group = new MultiThreadIoEventLoopGroup(threads, names, EpollIoHandler.newFactory());
      return new Loops(group, EpollServerSocketChannel.class, EpollSocketChannel.class);
    }
    var group = new MultiThreadIoEventLoopGroup(threads, names, NioIoHandler.newFactory());
    return new Loops(group, NioServerSocketChannel.class, NioSocketChannel.class);
  }

  /**
   * The type of a channel for UDP.
   *
   * @throws UnsupportedOperationException if these loops are for something else than sockets
   */
  public Class<? extends DatagramChannel> datagram() {
    if (stream == EpollSocketChannel.class) {
      return EpollDatagramChannel.class;
    }
    if (stream == NioSocketChannel.class) {
      return NioDatagramChannel.class;
    }
    throw new UnsupportedOperationException("no UDP beside " + stream.getSimpleName());
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

  /** Runs a task on the loop of a channel; not at all if the loop has ended. */
  public static void run(Channel channel, Runnable task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException ended) {
      // Its channels ended with it, and so did whatever the task was about.
      return;
    }
  }

  /** Ends the loops and waits for them, at most {@value #CLOSE_SECONDS} s. */
  @Override
  public void close() {
    group
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
