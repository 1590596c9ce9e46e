package dev.twine.ws;

import dev.twine.broadcaster.BroadcasterConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;

/** The socket options of both ends of a connection. */
final class SocketOptions {
  /** What may wait in a channel. A session's gets the marks of its node when it takes part. */
  private static final WriteBufferWaterMark MARKS =
      marks(BroadcasterConfig.defaults().writes());

  /** Connections that wait for accept; the kernel caps it by its own setting. */
  private static final int BACKLOG = 1_024;

  private SocketOptions() {}

  static void apply(Bootstrap dialler, Class<?> channelType) {
    dialler
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS);
    if (channelType == EpollSocketChannel.class) {
      dialler.option(
          EpollChannelOption.TCP_NOTSENT_LOWAT, (long) BroadcasterConfig.NOT_SENT_LOW_AT);
    }
  }

  static void apply(ServerBootstrap listener, Class<?> channelType) {
    listener
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS);
    if (channelType == EpollServerSocketChannel.class) {
      listener.childOption(
          EpollChannelOption.TCP_NOTSENT_LOWAT, (long) BroadcasterConfig.NOT_SENT_LOW_AT);
    }
  }

  private static WriteBufferWaterMark marks(BroadcasterConfig.Writes writes) {
    return new WriteBufferWaterMark(writes.lowMark(), writes.highMark());
  }
}
