package dev.twine.node.peer;

import dev.twine.gossip.Loops;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.HostBuilder;
import dev.twine.libp2p.StandardProtocols;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.libp2p.core.perf.Perf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Hosts of {@code libp2p/core} as everybody has them, but for the raised limits. */
final class Libp2pNetwork implements Network {
  static final int CONNECTIONS = 20_000;
  static final int STREAMS = 4096;
  static final int OPENS_PER_SECOND = 1_000_000;
  private static final Map<Service, String> IDS =
      Map.of(Service.ECHO, "/twine/echo/1", Service.SINK, "/twine/sink/1");

  private static final long GUEST_SECONDS = 20;

  private final String listen;
  private final SecureProtocol security;
  private final Loops loops = Loops.start(Runtime.getRuntime().availableProcessors());
  private final LongAdder received = new LongAdder();
  private final List<Host> hosts = new ArrayList<>();
  private final Map<String, Connection> connections = new ConcurrentHashMap<>();

  /**
   * Starts the first host.
   *
   * @param transport tcp or ws
   * @param security noise or tls
   */
  Libp2pNetwork(String transport, String security) {
    this.listen = "/ip4/127.0.0.1/tcp/0" + (transport.equals("ws") ? "/ws" : "");
    this.security = security(security);
    hosts.add(start());
  }

  /** By its short name, noise or tls. */
  static SecureProtocol security(String name) {
    return name.equals("tls") ? StandardProtocols.tls() : StandardProtocols.noise();
  }

  private Host start() {
    return builder().listen(listen).start();
  }

  private HostBuilder builder() {
    Limits limits = Limits.defaults();
    HostBuilder builder = Host.builder()
        .security(security)
        .identifyAs("twine/bench", "twine-bench")
        .eventLoops(loops.group())
        .limits(limits
            .with(connections(limits.host().connections()))
            .with(limits.connection().streams().withStreams(STREAMS, STREAMS))
            .with(limits.connection().rates().withOpens(OPENS_PER_SECOND, STREAMS)))
        .protocol(new CountedPerf(received));
    IDS.forEach((service, id) ->
        builder.protocol(new Served(id, STREAMS, () -> Services.handler(service, received))));
    return builder;
  }

  /** As many as there are guests, none of them trimmed. */
  private static ConnectionLimits connections(ConnectionLimits limits) {
    ConnectionLimits more = limits.withTotals(CONNECTIONS, limits.totals().outbound());
    return more.withWater(CONNECTIONS, CONNECTIONS, limits.water().grace());
  }

  private Host first() {
    return hosts.get(0);
  }

  @Override
  public String id() {
    return first().id().toString();
  }

  @Override
  public String address() {
    return address(first());
  }

  private static String address(Host host) {
    return host.addresses().get(0).withPeer(host.id()).toString();
  }

  @Override
  public List<String> receivers(int count) {
    var addresses = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      Host host = start();
      hosts.add(host);
      addresses.add(address(host));
    }
    return addresses;
  }

  @Override
  public void guests(int count, String address) throws Exception {
    Multiaddr target = Multiaddr.parse(address);
    for (int i = 0; i < count; i++) {
      Host guest = builder().start();
      hosts.add(guest);
      guest.connect(target).get(GUEST_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public CompletableFuture<String> dial(String address) {
    return first().connect(Multiaddr.parse(address)).thenApply(connection -> {
      String peer = connection.peer().toString();
      connections.put(peer, connection);
      return peer;
    });
  }

  @Override
  public CompletableFuture<?> disconnect(String peer) {
    return connection(peer).close();
  }

  private Connection connection(String peer) {
    Connection connection = connections.get(peer);
    if (connection == null) {
      throw new IllegalArgumentException("not connected: " + peer);
    }
    return connection;
  }

  @Override
  public <T> CompletableFuture<T> call(String peer, Service service, Reply<T> reply) {
    connection(peer)
        .open(StreamRequest.of(IDS.getOrDefault(service, ""), reply))
        .whenComplete((stream, failure) -> reply.failIf(failure));
    return reply.result();
  }

  @Override
  public CompletableFuture<?> perf(String peer, long upload, long download) {
    return Perf.run(connection(peer), upload, download).result();
  }

  @Override
  public long received() {
    return received.sum();
  }

  @Override
  public void close() {
    hosts.forEach(Host::close);
    loops.close();
  }
}
