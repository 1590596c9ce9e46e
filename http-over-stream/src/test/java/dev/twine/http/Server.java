package dev.twine.http;

import dev.twine.network.ServiceRequest.Caller;
import dev.twine.network.TransportKind;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real listener on loopback with services, as a transport would set it up. */
final class Server implements AutoCloseable {
  /** No rate is reached by accident. */
  static final ServiceLimits GENEROUS = ServiceLimits.defaults()
      .withRates(
          new ServiceLimits.Rate(1_000_000, 1_000_000),
          new ServiceLimits.Rate(1_000_000, 1_000_000));

  final ServiceRouter router = new ServiceRouter();
  final ServiceContext context;
  private final ServiceExecutor executor;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Channel listener;

  Server(ServiceLimits limits) {
    executor = new ServiceExecutor("test-service", limits.load().concurrency());
    context = new ServiceContext(router, executor, limits, System::nanoTime);
    listener = new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
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

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
    return socket;
  }

  /** Sends the text and returns everything up to the end of the connection. */
  String talk(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** Connections first: a loop that ends while it is busy does not close those that it has. */
  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    accepted.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    executor.close();
  }
}
