package dev.twine.testkit;

import dev.twine.gossip.Loops;
import dev.twine.gossip.Transport;
import dev.twine.network.Address;
import dev.twine.network.TransportKind;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A network inside the process: transports whose addresses look real, with a real handshake, real
 * frames and real event loops, and no socket.
 *
 * <p>Nodes on it use {@link #loops()}. Of kind WS, the other end of a session is proven by Twine's
 * own proof after it is open, as between nodes that do not know each other; of kind P2P it is proven
 * by the handshake. Close it after the nodes.
 */
public final class InMemoryNetwork implements AutoCloseable {
  private static final int THREADS = 2;
  private static final long CLOSE_MILLIS = 2_000;
  private static final int FIRST_PORT = 10_000;
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final int number = NUMBERS.incrementAndGet();
  private final AtomicInteger ports = new AtomicInteger(FIRST_PORT);
  private final Map<String, LocalAddress> listeners = new ConcurrentHashMap<>();
  private final Loops loops;
  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  private InMemoryNetwork(Loops loops) {
    this.loops = loops;
  }

  /** A network with loops of its own. */
  public static InMemoryNetwork start() {
    var group = new MultiThreadIoEventLoopGroup(THREADS, LocalIoHandler.newFactory());
    return new InMemoryNetwork(new Loops(group, LocalServerChannel.class, LocalChannel.class));
  }

  /** For {@code GossipConfig.withLoops}. */
  public Loops loops() {
    return loops;
  }

  /** A strand that listens on a free port. */
  public Transport transport(TransportKind kind) {
    return new InMemoryTransport(this, kind, ports.getAndIncrement());
  }

  /** A strand that listens on that port. */
  public Transport transport(TransportKind kind, int port) {
    return new InMemoryTransport(this, kind, port);
  }

  /** A strand that only dials. */
  public Transport client(TransportKind kind) {
    return new InMemoryTransport(this, kind, 0);
  }

  /** Closes what is still open, then the loops. */
  @Override
  public void close() {
    open.close().awaitUninterruptibly(CLOSE_MILLIS);
    loops.close();
  }

  /** A connection of this network, to be closed with it. */
  void add(Channel channel) {
    open.add(channel);
  }

  /** The in-process address that stands for a port. */
  LocalAddress local(int port) {
    return new LocalAddress("twine-" + number + "-" + port);
  }

  boolean listen(String hostAndPort, LocalAddress local) {
    return listeners.putIfAbsent(hostAndPort, local) == null;
  }

  void forget(String hostAndPort) {
    listeners.remove(hostAndPort);
  }

  @Nullable
  LocalAddress find(Address address) {
    return listeners.get(address.hostAndPort());
  }
}
