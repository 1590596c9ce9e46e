package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.StreamAcceptor;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Yamux over loopback TCP without security, to see what it costs by itself: a program, not a test.
 *
 * <p>Arguments: bytes per write, streams, windows of one second, {@code raw} for TCP alone.
 */
final class YamuxSpeed {
  private static final LongAdder RECEIVED = new LongAdder();

  private YamuxSpeed() {}

  public static void main(String[] args) throws Exception {
    int size = Integer.parseInt(args[0]);
    int streams = Integer.parseInt(args[1]);
    int seconds = Integer.parseInt(args[2]);
    boolean raw = args.length > 3 && args[3].equals("raw");
    var factory = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, factory);
    Channel server = listen(group, raw);
    Channel client = connect(group, (InetSocketAddress) server.localAddress());
    if (raw) {
      client.pipeline().addLast(new Writer(size));
    } else {
      var muxer = new YamuxProtocol();
      client.eventLoop().execute(() -> {
        var session = muxer.install(client, "first", true, MuxerConfig.defaults(), s -> {});
        for (int i = 0; i < streams; i++) {
          session.open(new Writer(size));
        }
      });
    }
    measure(size, seconds);
    client.close().sync();
    server.close().sync();
    group.shutdownGracefully().sync();
  }

  private static void measure(int size, int seconds) throws InterruptedException {
    TimeUnit.SECONDS.sleep(3);
    var rates = new double[seconds];
    long cpuBefore = cpuNanos();
    double all = 0;
    for (int i = 0; i < seconds; i++) {
      RECEIVED.reset();
      long start = System.nanoTime();
      TimeUnit.SECONDS.sleep(1);
      long bytes = RECEIVED.sum();
      all += bytes;
      rates[i] = bytes / ((System.nanoTime() - start) / 1e9);
    }
    double perCpuSecond = all / ((cpuNanos() - cpuBefore) / 1e9);
    Arrays.sort(rates);
    System.out.printf(
        "MB/s min %.0f median %.0f max %.0f; per CPU second of both ends: %.0f MB, %.0f writes%n",
        rates[0] / 1e6,
        rates[seconds / 2] / 1e6,
        rates[seconds - 1] / 1e6,
        perCpuSecond / 1e6,
        perCpuSecond / size);
  }

  private static long cpuNanos() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(Duration::toNanos)
        .orElse(0L);
  }

  private static Channel listen(EventLoopGroup group, boolean raw) throws Exception {
    StreamAcceptor acceptor = stream -> stream.pipeline().addLast(new Sink());
    var bootstrap = new ServerBootstrap()
        .group(group)
        .channel(
            Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, marks())
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            if (raw) {
              channel.pipeline().addLast(new Sink());
              return;
            }
            channel.pipeline().addLast("first", new ChannelInboundHandlerAdapter());
            new YamuxProtocol().install(channel, "first", false, MuxerConfig.defaults(), acceptor);
          }
        });
    return bootstrap.bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
  }

  private static Channel connect(EventLoopGroup group, InetSocketAddress to) throws Exception {
    var bootstrap = new Bootstrap()
        .group(group)
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, marks())
        .handler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast("first", new ChannelInboundHandlerAdapter());
          }
        });
    return bootstrap.connect(to).sync().channel();
  }

  private static WriteBufferWaterMark marks() {
    return new WriteBufferWaterMark(64 << 10, 128 << 10);
  }

  private static final class Sink extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var data = (ByteBuf) message;
      RECEIVED.add(data.readableBytes());
      data.release();
    }
  }

  /** Writes as long as it may, flushing once per burst. */
  private static final class Writer extends ChannelInboundHandlerAdapter {
    private final ByteBuf data;

    Writer(int size) {
      data = Unpooled.directBuffer(size).writeZero(size).asReadOnly();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.channel().eventLoop().execute(() -> write(ctx));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      write(ctx);
    }

    private void write(ChannelHandlerContext ctx) {
      if (!ctx.channel().isWritable()) {
        return;
      }
      while (ctx.channel().isWritable()) {
        ctx.write(data.retainedDuplicate(), ctx.voidPromise());
      }
      ctx.flush();
    }
  }
}
