package dev.twine.benchmarks;

import dev.twine.libp2p.Host;
import dev.twine.libp2p.StandardProtocols;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Limits;
import dev.twine.node.bench.BroadcastServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A host that secures connections, and hands them to {@link BareYamux}. */
final class BatchedNoiseServer implements BroadcastServer {
  private static final int DEADLINE_SECONDS = 10;
  private static final int RECEIVERS = 10_000;

  /** What a Noise message holds beside its tag. */
  private static final int NOISE_BYTES = 65_535 - 16;

  private final EventLoopGroup group;
  private final ReceiverBatches batches;
  private final Host host;

  private BatchedNoiseServer(EventLoopGroup group, ReceiverBatches batches, Host host) {
    this.group = group;
    this.batches = batches;
    this.host = host;
  }

  static BatchedNoiseServer start() throws IOException {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(
        1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    var batches = new ReceiverBatches(group.next(), NOISE_BYTES - BareStream.HEADER_BYTES);
    try {
      Host host = Host.builder()
          .listen("/ip4/127.0.0.1/tcp/0")
          .security(StandardProtocols.noise())
          .muxers(new BareYamux(batches))
          .eventLoops(group)
          .limits(limits())
          .start();
      return new BatchedNoiseServer(group, batches, host);
    } catch (Libp2pException e) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new IOException("cannot bind the loopback interface", e);
    }
  }

  /** As many connections as the node of the benchmark takes. */
  private static Limits limits() {
    ConnectionLimits connections = Limits.defaults()
        .host()
        .connections()
        .withTotals(RECEIVERS, RECEIVERS)
        .withWater(RECEIVERS, RECEIVERS, Duration.ZERO);
    return Limits.defaults().with(connections);
  }

  @Override
  public InetSocketAddress address() {
    String port = host.addresses().get(0).value("tcp").orElseThrow();
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }

  @Override
  public Optional<String> nodeId() {
    return Optional.of(host.id().toString());
  }

  @Override
  public int receivers() {
    return batches.receivers();
  }

  @Override
  public void broadcast(byte[] payload) throws InterruptedException {
    batches.awaitRoom(payload.length);
    ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(Integer.BYTES + payload.length);
    batches.add(frame.writeInt(payload.length).writeBytes(payload), payload.length);
  }

  @Override
  public void close() {
    batches.close();
    host.close();
    group
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }
}
