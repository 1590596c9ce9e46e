package dev.twine.http;

import dev.twine.network.ServiceRequest.Caller;
import dev.twine.network.ServiceStream;
import dev.twine.network.TransportKind;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A listener for sockets. */
final class TcpWire implements Server.Wire {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Channel listener;

  TcpWire(ServiceContext context) {
    listener = new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            accepted.add(channel);
            var caller = new Caller(
                Optional.empty(), TransportKind.WS, channel.remoteAddress().toString());
            context.addCodec(channel.pipeline());
            channel.pipeline().addLast(new ServiceHandler(context, caller));
          }
        })
        .bind(InetAddress.getLoopbackAddress(), 0)
        .syncUninterruptibly()
        .channel();
  }

  @Override
  public Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
    return socket;
  }

  @Override
  public CompletableFuture<ServiceStream> open() {
    try {
      return CompletableFuture.completedFuture(
          TcpServiceStream.connect("127.0.0.1", port(), Optional.empty(), Duration.ofSeconds(5)));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Connections first: a loop that ends while it is busy does not close those that it has. */
  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    accepted.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }
}
