package example;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.HostStats;
import dev.twine.libp2p.Peer;
import dev.twine.libp2p.PeerTags;
import dev.twine.libp2p.StandardProtocols;
import dev.twine.libp2p.core.CloseReason;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.libp2p.core.DialLimits;
import dev.twine.libp2p.core.DialRequest;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.Endpoints;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.HandshakeLimits;
import dev.twine.libp2p.core.HostListener;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.KeepAlive;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Muxer;
import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.NameLimits;
import dev.twine.libp2p.core.NameResolver;
import dev.twine.libp2p.core.ReadyConnection;
import dev.twine.libp2p.core.Registration;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.SecuredPeer;
import dev.twine.libp2p.core.StreamLimits;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.TransportListener;
import dev.twine.libp2p.core.WindowLimits;
import dev.twine.libp2p.core.identify.Identify;
import dev.twine.libp2p.core.identify.IdentifyInfo;
import dev.twine.libp2p.core.perf.Perf;
import dev.twine.libp2p.core.perf.PerfResult;
import dev.twine.libp2p.core.ping.Ping;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Touches whatever a program may want of the host, by its type. */
public final class Surface {
  private Surface() {}

  public static void main(String[] args) throws Exception {
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    Limits limits = Limits.defaults()
        .with(HandshakeLimits.defaults())
        .with(ConnectionLimits.defaults())
        .with(DialLimits.defaults())
        .with(NameLimits.defaults())
        .with(StreamLimits.defaults())
        .with(WindowLimits.defaults())
        .with(KeepAlive.defaults());
    SecureProtocol noise = StandardProtocols.noise();
    MuxerProtocol yamux = StandardProtocols.yamux();
    NameResolver names = name ->
        CompletableFuture.completedFuture(List.of(InetAddress.getLoopbackAddress()));
    try (Host server = Host.builder()
            .key(key)
            .listen("/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/tcp/0/ws")
            .protocol(new Perf())
            .gater(new ConnectionGater() {})
            .start();
        Host client = Host.builder()
            .transports(StandardProtocols.tcp(), StandardProtocols.webSocket(), new Nowhere())
            .security(noise, StandardProtocols.tls())
            .muxers(yamux)
            .identifyAs("/example/1", "example/1")
            .limits(limits)
            .resolver(names)
            .start()) {
      use(server, client);
    }
  }

  private static void use(Host server, Host client) throws Exception {
    Registration listening = client.addListener(new HostListener() {
      @Override
      public void disconnected(Connection connection, CloseReason reason) {}
    });
    String port = server.addresses().get(0).value("tcp").orElseThrow();
    NodeId id = server.id();
    Multiaddr address = Multiaddr.parse("/dns4/server.test/tcp/" + port).withPeer(id);
    Connection connection = client.connect(address).get(20, SECONDS);
    Duration trip = Ping.ping(connection, Duration.ofSeconds(10)).get(10, SECONDS);
    PerfResult perf = Perf.run(connection, 1000, 1000).result().get(20, SECONDS);
    Identify identify = client.identify();
    IdentifyInfo info = identify.identify(connection).get(10, SECONDS);
    Optional<byte[]> binding = connection.channelBinding();
    PeerTags tags = client.tags();
    Peer peer = client.peers().get(0);
    HostStats stats = client.stats();
    boolean right = !trip.isNegative()
        && perf != null
        && info.protocols().contains(Ping.ID)
        && binding.isPresent()
        && tags.tag(peer.id(), "example", 1)
        && stats.outbound() == 1
        && connection.direction() == Direction.OUTBOUND;
    listening.close();
    System.out.println(right ? "all there" : "something is missing");
    try {
      Multiaddr.parse("nonsense");
    } catch (Libp2pException bad) {
      System.out.println(bad.reason() == FailureReason.BAD_ADDRESS);
    }
  }

  /** A transport needs only exported types, and so does a connection that is ready. */
  private static final class Nowhere implements Transport {
    @Override
    public boolean handles(Multiaddr address) {
      return address.has("memory");
    }

    @Override
    public Future<Channel> dial(DialRequest request, Intake intake) {
      return request.loop().newFailedFuture(new Libp2pException(
          FailureReason.DIAL_FAILED, "nowhere", request.address().toString(), "stay"));
    }

    @Override
    public Future<TransportListener> listen(ListenRequest request, Intake intake) {
      return request
          .host()
          .loops()
          .next()
          .newFailedFuture(new UnsupportedOperationException("nowhere"));
    }

    static void handOver(
        Intake intake, Channel channel, Endpoints endpoints, SecuredPeer peer, Muxer muxer) {
      intake.secured(
          channel, endpoints, new ReadyConnection(peer, "/none", "/none", (config, acceptor) -> muxer));
    }
  }
}
