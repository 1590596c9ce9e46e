package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.DialRequest;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.TransportListener;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What TCP and WebSocket share: bootstraps, options, failures. */
final class Sockets {
  /** Bytes committed to one peer's socket: beyond the high mark its streams are not writable. */
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 << 10, 128 << 10);

  /** Connections that the kernel keeps while the loop is busy. */
  private static final int BACKLOG = 256;

  /**
   * Bytes in the kernel that are not on the wire yet: nothing that is urgent overtakes them. As much
   * as the multiplexer flushes at once, or the kernel would never take all of it.
   */
  private static final long NOT_SENT = 256 << 10;

  /** No limit of the socket's own: the host has a deadline and cancels. */
  private static final int NO_TIMEOUT = 0;

  private Sockets() {}

  /**
   * Connects. The initializer adds handlers that complete the promise; whatever fails it closes the
   * channel.
   */
  static Future<Channel> connect(DialRequest request, DialStart start) {
    Promise<Channel> promise = request.loop().newPromise();
    Loops loops = Loops.of(request.loop());
    var bootstrap = new Bootstrap()
        .group(request.loop())
        .channel(loops.stream())
        // The adaptive one keeps chunks per loop that nobody gets back.
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, NO_TIMEOUT)
        .handler(initializer(channel -> start.initialize(channel, promise)));
    if (loops.isEpoll()) {
      bootstrap.option(EpollChannelOption.TCP_NOTSENT_LOWAT, NOT_SENT);
    }
    var connecting = bootstrap.connect(TcpTransport.parse(request.resolved()).socket());
    Channel channel = connecting.channel();
    connecting.addListener(done -> {
      if (!done.isSuccess()) {
        promise.tryFailure(failure(request.address(), done.cause()));
      }
    });
    promise.addListener(done -> {
      if (!done.isSuccess()) {
        channel.close();
      }
    });
    channel
        .closeFuture()
        // A connect that fails closes the channel, and may tell so before it tells why.
        .addListener(closed -> promise.tryFailure(failure(request.address(), connecting.cause())));
    return promise;
  }

  /** Accepts what the intake lets in; {@code accepted} adds its handlers. */
  static Future<TransportListener> bind(
      ListenRequest request, Intake intake, Consumer<Channel> accepted) {
    Multiaddr address = request.address();
    StreamAddress parsed = TcpTransport.parse(address);
    Promise<TransportListener> promise = request.host().loops().next().newPromise();
    if (parsed.named()) {
      return promise.setFailure(cannotListen(address, "a name, not an IP", null));
    }
    var binding = server(request, intake)
        // Or the wildcard of IPv4 would be that of IPv6, and be told to peers as such.
        .channelFactory(() -> listener(request, parsed))
        .childHandler(initializer(channel -> {
          if (isWanted(channel, intake, parsed.suffix())) {
            accepted.accept(channel);
          } else {
            channel.close();
          }
        }))
        .bind(parsed.socket());
    binding.addListener(done -> {
      if (!done.isSuccess()) {
        promise.tryFailure(
            cannotListen(address, String.valueOf(done.cause().getMessage()), done.cause()));
        return;
      }
      Channel channel = binding.channel();
      var local = (InetSocketAddress) channel.localAddress();
      if (!promise.trySuccess(
          new SocketListener(channel, StreamAddress.of(local, parsed.suffix())))) {
        // Given up meanwhile.
        channel.close();
      }
    });
    return promise;
  }

  static Libp2pException failure(Multiaddr address, @Nullable Throwable cause) {
    if (cause instanceof Libp2pException known) {
      return known;
    }
    String why = cause == null || cause.getMessage() == null ? "closed" : cause.getMessage();
    return new Libp2pException(
        FailureReason.DIAL_FAILED,
        "cannot connect",
        address + " (" + why + ")",
        "check that the peer listens there",
        cause);
  }

  /** It may be gone between the kernel's accept and ours. */
  private static boolean isWanted(Channel channel, Intake intake, String suffix) {
    var remote = (InetSocketAddress) channel.remoteAddress();
    return remote != null && intake.accepting(channel, StreamAddress.of(remote, suffix));
  }

  private static ServerBootstrap server(ListenRequest request, Intake intake) {
    Loops loops = Loops.of(request.host().loops());
    var bootstrap = new ServerBootstrap()
        .group(request.host().loops())
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
        .handler(new AcceptFailures(intake));
    if (loops.isEpoll()) {
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, NOT_SENT);
    }
    return bootstrap;
  }

  private static ServerSocketChannel listener(ListenRequest request, StreamAddress address) {
    var family =
        address.family().equals("ip4") ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    return Loops.of(request.host().loops()).listener().apply(family);
  }

  private static Libp2pException cannotListen(
      Multiaddr address, String why, @Nullable Throwable cause) {
    return new Libp2pException(
        FailureReason.CANNOT_LISTEN,
        "cannot listen",
        address + " (" + why + ")",
        "choose an address of this machine and a free port",
        cause);
  }

  private static ChannelHandler initializer(Consumer<Channel> action) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        action.accept(channel);
      }
    };
  }

  /** Adds the handlers of a dial. */
  @FunctionalInterface
  interface DialStart {
    void initialize(Channel channel, Promise<Channel> promise);
  }
}
