package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What TCP and WebSocket share: bootstraps, options, deadlines. */
final class Sockets {
  /** Bytes committed to one peer's socket: beyond the high mark its streams are not writable. */
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 << 10, 128 << 10);

  /** Connections that the kernel keeps while the loop is busy. */
  private static final int BACKLOG = 256;

  /** Bytes in the kernel that are not on the wire yet: nothing that is urgent overtakes them. */
  private static final long NOT_SENT = 128 << 10;

  private final Loops loops;

  Sockets(Loops loops) {
    this.loops = loops;
  }

  /**
   * Connects. The initializer adds handlers that complete the promise; whatever fails it closes the
   * channel.
   */
  Future<Channel> connect(DialRequest request, DialStart start) {
    Promise<Channel> promise = request.loop().newPromise();
    var bootstrap = new Bootstrap()
        .group(request.loop())
        .channel(loops.stream())
        // The adaptive one keeps chunks per loop that nobody gets back.
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) request.deadline().toMillis())
        .handler(initializer(channel -> start.initialize(channel, promise)));
    if (loops.stream() == EpollSocketChannel.class) {
      bootstrap.option(EpollChannelOption.TCP_NOTSENT_LOWAT, NOT_SENT);
    }
    var connecting = bootstrap.connect(request.socket());
    Channel channel = connecting.channel();
    var timer = request
        .loop()
        .schedule(
            () -> promise.tryFailure(timeout(request)),
            request.deadline().toMillis(),
            TimeUnit.MILLISECONDS);
    connecting.addListener(done -> {
      if (!done.isSuccess()) {
        promise.tryFailure(failure(request.address(), done.cause()));
      }
    });
    promise.addListener(done -> {
      timer.cancel(false);
      if (!done.isSuccess()) {
        channel.close();
      }
    });
    channel
        .closeFuture()
        .addListener(closed -> promise.tryFailure(failure(request.address(), null)));
    return promise;
  }

  /** Accepts what the intake lets in; {@code accepted} adds its handlers. */
  Future<Listener> bind(
      Multiaddr address, StreamAddress parsed, Intake intake, Consumer<Channel> accepted) {
    Promise<Listener> promise = loops.group().next().newPromise();
    var bootstrap = new ServerBootstrap()
        .group(loops.group())
        .channel(loops.listener())
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
        .handler(new AcceptFailures(intake))
        .childHandler(initializer(channel -> {
          if (intake.accepting(channel)) {
            accepted.accept(channel);
          } else {
            channel.close();
          }
        }));
    if (loops.stream() == EpollSocketChannel.class) {
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, NOT_SENT);
    }
    InetAddress ip = NetUtil.createInetAddressFromIpAddressString(parsed.host());
    if (ip == null) {
      return promise.setFailure(cannotListen(address, "a name, not an IP", null));
    }
    var binding = bootstrap.bind(new InetSocketAddress(ip, parsed.port()));
    binding.addListener(done -> {
      if (!done.isSuccess()) {
        promise.setFailure(
            cannotListen(address, String.valueOf(done.cause().getMessage()), done.cause()));
        return;
      }
      Channel channel = binding.channel();
      var socket = (InetSocketAddress) channel.localAddress();
      promise.setSuccess(new Listener(channel, StreamAddress.of(socket, parsed.suffix())));
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

  private static Libp2pException timeout(DialRequest request) {
    return new Libp2pException(
        FailureReason.TIMEOUT,
        "no connection within " + request.deadline(),
        request.address().toString(),
        "check that the peer is up and reachable");
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
