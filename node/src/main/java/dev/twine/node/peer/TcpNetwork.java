package dev.twine.node.peer;

import dev.twine.gossip.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Sockets alone, with the marks and options of a libp2p connection: what the same handlers do without
 * security and multiplexer. A stream is a connection whose first byte names the service.
 */
final class TcpNetwork implements Network {
  private static final String PREFIX = "/ip4/127.0.0.1/tcp/";
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 << 10, 128 << 10);

  private final Loops loops = Loops.start(Runtime.getRuntime().availableProcessors());
  private final LongAdder received = new LongAdder();
  private final List<Channel> listeners = new ArrayList<>();
  private final Map<String, InetSocketAddress> known = new ConcurrentHashMap<>();

  TcpNetwork() {
    listeners.add(listen());
  }

  private Channel listen() {
    return new ServerBootstrap()
        .group(loops.group())
        .channel(loops.listener())
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
        .childHandler(initializer(() -> new TcpChoice.Inbound(received)))
        .bind(InetAddress.getLoopbackAddress(), 0)
        .syncUninterruptibly()
        .channel();
  }

  @Override
  public String id() {
    return address();
  }

  @Override
  public String address() {
    return address(listeners.get(0));
  }

  private static String address(Channel listener) {
    return PREFIX + ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public List<String> receivers(int count) {
    var addresses = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      Channel listener = listen();
      listeners.add(listener);
      addresses.add(address(listener));
    }
    return addresses;
  }

  @Override
  public CompletableFuture<String> dial(String address) {
    known.put(address, target(address));
    return CompletableFuture.completedFuture(address);
  }

  private static InetSocketAddress target(String address) {
    int port = Integer.parseInt(address.substring(PREFIX.length()));
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Override
  public CompletableFuture<?> disconnect(String peer) {
    known.remove(peer);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public <T> CompletableFuture<T> call(String peer, Service service, Reply<T> reply) {
    return call(peer, service == Service.ECHO ? TcpChoice.ECHO : TcpChoice.SINK, reply);
  }

  private <T> CompletableFuture<T> call(String peer, byte choice, Reply<T> reply) {
    connect(Objects.requireNonNull(known.get(peer)), () -> new TcpChoice.Outbound(choice, reply))
        .addListener(done -> reply.failIf(done.cause()));
    return reply.result();
  }

  private ChannelFuture connect(InetSocketAddress target, Supplier<ChannelHandler> handler) {
    return new Bootstrap()
        .group(loops.group())
        .channel(loops.stream())
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
        .handler(initializer(handler))
        .connect(target);
  }

  /** Sockets that say nothing. */
  @Override
  public void guests(int count, String address) {
    for (int i = 0; i < count; i++) {
      connect(target(address), ChannelInboundHandlerAdapter::new).syncUninterruptibly();
    }
  }

  private static ChannelInitializer<Channel> initializer(Supplier<ChannelHandler> first) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(first.get());
      }
    };
  }

  @Override
  public CompletableFuture<?> perf(String peer, long upload, long download) {
    CompletableFuture<Long> uploaded = upload == 0
        ? CompletableFuture.completedFuture(0L)
        : call(peer, TcpChoice.SINK, new TcpUpload(upload));
    return download == 0
        ? uploaded
        : uploaded.thenCompose(sent -> call(peer, TcpChoice.SOURCE, new TcpDownload(download)));
  }

  @Override
  public long received() {
    return received.sum();
  }

  @Override
  public void close() {
    listeners.forEach(Channel::close);
    loops.close();
  }
}
