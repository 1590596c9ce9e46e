package dev.twine.benchmarks;

import dev.twine.node.bench.BroadcastServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** One event loop that writes what {@link ReceiverBatches} gathers. */
final class BatchedServer implements BroadcastServer {
  private static final int DEADLINE_SECONDS = 10;
  private static final int BACKLOG = 1024;

  /** As much as a socket takes in one write on loopback. */
  private static final int BATCH_BYTES = 64 << 10;

  /** Room for more than one full batch, so that a receiver is rarely what everybody waits for. */
  static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(256 << 10, 1 << 20);

  private final Framing framing;
  private final EventLoopGroup group;
  private final ReceiverBatches batches;
  private final Channel listener;

  private BatchedServer(
      Framing framing, EventLoopGroup group, ReceiverBatches batches, Channel listener) {
    this.framing = framing;
    this.group = group;
    this.batches = batches;
    this.listener = listener;
  }

  /** What differs between the protocols. */
  interface Framing {
    int maxHeaderBytes();

    /** Writes what stands before a payload of that length. */
    void header(int payloadBytes, ByteBuf out);

    /** Adds the handlers of the handshake, which runs {@code ready} on the loop when it is over. */
    void initialize(ChannelPipeline pipeline, Runnable ready);
  }

  static BatchedServer start(Framing framing) throws IOException {
    boolean epoll = Epoll.isAvailable();
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(
        1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    var batches = new ReceiverBatches(group.next(), BATCH_BYTES);
    Class<? extends ServerChannel> kind =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    ChannelFuture bound = new ServerBootstrap()
        .group(group)
        .channel(kind)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
        .childHandler(new ReceiverInitializer(framing, batches))
        .bind(InetAddress.getLoopbackAddress(), 0);
    if (!bound.awaitUninterruptibly(DEADLINE_SECONDS, TimeUnit.SECONDS) || !bound.isSuccess()) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new IOException("cannot bind the loopback interface", bound.cause());
    }
    return new BatchedServer(framing, group, batches, bound.channel());
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  @Override
  public int receivers() {
    return batches.receivers();
  }

  @Override
  public void broadcast(byte[] payload) throws InterruptedException {
    batches.awaitRoom(payload.length);
    int capacity = framing.maxHeaderBytes() + payload.length;
    ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(capacity);
    framing.header(payload.length, frame);
    batches.add(frame.writeBytes(payload), payload.length);
  }

  @Override
  public void close() {
    listener.close();
    batches.close();
    group
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static final class ReceiverInitializer extends ChannelInitializer<Channel> {
    private final Framing framing;
    private final ReceiverBatches batches;

    ReceiverInitializer(Framing framing, ReceiverBatches batches) {
      this.framing = framing;
      this.batches = batches;
    }

    @Override
    protected void initChannel(Channel channel) {
      var receiver = new Socket(channel);
      framing.initialize(channel.pipeline(), () -> batches.join(receiver));
      channel.pipeline().addLast(new ReceiverHandler(batches, receiver));
    }
  }

  /** A receiver that gets the batches as they are. */
  private record Socket(Channel channel) implements Recipient {
    @Override
    public boolean isWritable() {
      return channel.isWritable();
    }

    @Override
    public void write(ByteBuf frames) {
      channel.write(frames, channel.voidPromise());
    }

    @Override
    public void flush() {
      channel.flush();
    }

    @Override
    public void close() {
      channel.close();
    }
  }

  /** Ignores what receivers send and passes on that one can take more, or has gone. */
  private static final class ReceiverHandler extends ChannelInboundHandlerAdapter {
    private final ReceiverBatches batches;
    private final Recipient receiver;

    ReceiverHandler(ReceiverBatches batches, Recipient receiver) {
      this.batches = batches;
      this.receiver = receiver;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      batches.resume();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      batches.leave(receiver);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
