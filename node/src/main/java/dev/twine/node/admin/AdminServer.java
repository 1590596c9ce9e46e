package dev.twine.node.admin;

import dev.twine.gossip.Loops;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.config.HostPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The admin API of one node over HTTP: {@code POST /rpc}, {@code GET /events}, {@code /metrics},
 * {@code /livez}, {@code /readyz}, and the streams behind {@code twine http}.
 *
 * <p>{@code /readyz} answers 503 until the node has started and, if it was told to stay connected
 * with peers, until its first session or for 30 s at most.
 *
 * <p>It has an event loop and threads of its own, so that it answers when the node is at its limits.
 * Connections, bodies, concurrent calls and what waits for a slow reader are bounded.
 */
public final class AdminServer implements AutoCloseable {
  /** Commands, probes, scrapers, and some listeners: more than one operator has. */
  private static final int MAX_CONNECTIONS = 64;

  /** A call or stream in progress occupies a thread; the rest is told to come back. */
  static final int MAX_CALLS = 32;

  private static final int MAX_LINE = 4_096;
  private static final int MAX_HEADERS = 8_192;
  /** A largest message in base64, and the call around it. */
  private static final int MAX_BODY = 9 << 20;

  /** What waits for a slow listener before it misses messages. */
  private static final int WRITE_HIGH_MARK = 2 << 20;

  private final Loops loops = Loops.start(1);
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ThreadPoolExecutor calls = new ThreadPoolExecutor(
      0, MAX_CALLS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), AdminServer::thread);
  private final HostPort address;

  private AdminServer(ManagedNode managed, AdminConfig config) {
    var routes = new AdminRoutes(managed, new Guard(config), calls);
    ServerBootstrap bootstrap = new ServerBootstrap()
        .group(loops.group())
        .channel(loops.listener())
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(WRITE_HIGH_MARK / 2, WRITE_HIGH_MARK))
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            accept(channel, routes);
          }
        });
    this.address = bind(bootstrap, config);
    routes.listeningAt(address);
  }

  /**
   * Starts the API of a node.
   *
   * @throws TwineException of code CANNOT_LISTEN naming the address
   */
  public static AdminServer start(ManagedNode managed, AdminConfig config) {
    return new AdminServer(managed, config);
  }

  /** Where it is bound. */
  public HostPort address() {
    return address;
  }

  @Override
  public void close() {
    channels.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    calls.shutdownNow();
    loops.close();
  }

  /** A plain thread: calls wait for the node, which threads that look like event loops must not. */
  private static Thread thread(Runnable calls) {
    var thread = new Thread(calls, "twine-admin-call");
    thread.setDaemon(true);
    return thread;
  }

  private void accept(Channel channel, AdminRoutes routes) {
    if (channels.size() > MAX_CONNECTIONS) {
      channel.close();
      return;
    }
    channels.add(channel);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(new HttpServerCodec(
        new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE).setMaxHeaderSize(MAX_HEADERS)));
    pipeline.addLast(new HttpServerKeepAliveHandler());
    pipeline.addLast(new HttpObjectAggregator(MAX_BODY, true));
    pipeline.addLast(new AdminHandler(routes));
  }

  private HostPort bind(ServerBootstrap bootstrap, AdminConfig config) {
    HostPort wanted = config.listen();
    Throwable last = null;
    for (int i = 0; i <= config.searches(); i++) {
      int port = wanted.port() == 0 ? 0 : wanted.port() + i;
      ChannelFuture bound =
          bootstrap.bind(new InetSocketAddress(wanted.host(), port)).awaitUninterruptibly();
      if (bound.isSuccess()) {
        channels.add(bound.channel());
        return wanted.withPort(((InetSocketAddress) bound.channel().localAddress()).getPort());
      }
      last = bound.cause();
    }
    loops.close();
    calls.shutdownNow();
    throw new TwineException(
        Code.CANNOT_LISTEN,
        "cannot listen for administration",
        wanted.toString(),
        "give --admin another HOST:PORT; port 0 picks a free one",
        last);
  }
}
