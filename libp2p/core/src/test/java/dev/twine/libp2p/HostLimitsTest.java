package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.HandshakeLimits;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostLimitsTest {
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void halfHandshakesStayBelowTheLimitAndMakeRoomAtTheirDeadline() throws Exception {
    HandshakeLimits limits = HandshakeLimits.defaults()
        .withDeadline(Duration.ofSeconds(1))
        .withPending(4, 4)
        .withGrace(Duration.ofMinutes(1));
    Host server = start(listening().limits(Limits.defaults().with(limits)));
    for (int i = 0; i < 12; i++) {
      Socket socket = new Socket();
      open.add(socket);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(server)));
      assertThat(server.stats().handshakes()).isLessThanOrEqualTo(4);
    }
    await().until(() -> refused(server, Admission.PENDING) == 8);
    // The silent ones time out; who speaks gets in.
    await().until(() -> server.stats().handshakes() == 0 && server.stats().inbound() == 0);
    assertThat(refused(server, "handshakes." + FailureReason.HANDSHAKE_TIMEOUT)).isEqualTo(4);
    Host client = start(Host.builder());
    assertThat(client.connect(server.id(), server.addresses()).get(20, SECONDS).isOpen())
        .isTrue();
  }

  @Test
  void theTimeForAHandshakeIncludesTheWebSocket() throws Exception {
    HandshakeLimits limits = HandshakeLimits.defaults().withDeadline(Duration.ofMillis(200));
    Host server = start(Host.builder()
        .listen("/ip4/127.0.0.1/tcp/0/ws")
        .limits(Limits.defaults().with(limits)));
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(10_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(server)));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(refused(server, "handshakes." + FailureReason.HANDSHAKE_TIMEOUT)).isEqualTo(1);
  }

  @Test
  void theConnectionAfterTheTotalIsClosed() throws Exception {
    Limits limits = Limits.defaults().with(ConnectionLimits.defaults().withTotals(1, 1));
    Host server = start(listening().limits(limits));
    start(Host.builder()).connect(server.id(), server.addresses()).get(20, SECONDS);
    var second = start(Host.builder()).connect(server.id(), server.addresses());
    assertThat(Failure.exception(second).reason())
        .isIn(FailureReason.RESET_BY_PEER, FailureReason.CLOSED);
    assertThat(refused(server, Admission.INBOUND)).isEqualTo(1);
  }

  @Test
  void severalConnectionsToOnePeerAreOnePeerUntilTheLastCloses() throws Exception {
    Host server = start(listening());
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    Connection one = connectAs(key, server);
    Connection other = connectAs(key, server);
    await().until(() -> server.connections().size() == 2);
    assertThat(server.peers()).hasSize(1);
    assertThat(server.peers().get(0).id()).isEqualTo(key.nodeId());

    one.close().get(5, SECONDS);
    await().until(() -> server.connections().size() == 1);
    assertThat(server.peers()).hasSize(1);
    other.close().get(5, SECONDS);
    await().until(() -> server.peers().isEmpty());
  }

  @Test
  void theConnectionOfAPeerAfterItsLimitIsClosed() throws Exception {
    Limits limits = Limits.defaults().with(ConnectionLimits.defaults().withPerPeer(1));
    Host server = start(listening().limits(limits));
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    Connection one = connectAs(key, server);
    Connection other = connectAs(key, server);
    other.closed().get(10, SECONDS);
    assertThat(refused(server, ConnectionTable.PER_PEER)).isEqualTo(1);
    assertThat(one.isOpen()).isTrue();
  }

  @Test
  void aboveTheHighWaterMarkUnprotectedConnectionsAreTrimmed() throws Exception {
    ConnectionLimits limits = ConnectionLimits.defaults().withWater(1, 2, Duration.ZERO);
    Host server = start(listening().limits(Limits.defaults().with(limits)));
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      NodeKey key = NodeKey.generate(KeyType.ED25519);
      if (i == 0) {
        server.tags().protect(key.nodeId(), "test");
      }
      connections.add(connectAs(key, server));
    }
    await().until(() -> server.connections().size() == 1);
    assertThat(connections.get(0).isOpen()).isTrue();
    assertThat(refused(server, ConnectionTable.TRIMMED)).isEqualTo(2);
  }

  @Test
  void idleConnectionsMakeRoomBeforeAllPlacesAreTaken() throws Exception {
    AtomicLong ahead = new AtomicLong();
    ConnectionLimits limits = ConnectionLimits.defaults().withTotals(4, 0);
    Host server = start(listening()
        .limits(Limits.defaults().with(limits))
        .clock(() -> System.nanoTime() + ahead.get()));
    for (int i = 0; i < 3; i++) {
      connectAs(NodeKey.generate(KeyType.ED25519), server);
    }
    ahead.addAndGet(limits.water().grace().toNanos());

    Connection fourth = connectAs(NodeKey.generate(KeyType.ED25519), server);
    await().until(() -> server.connections().size() < 4);
    Connection fifth = connectAs(NodeKey.generate(KeyType.ED25519), server);

    assertThat(fourth.isOpen() && fifth.isOpen()).isTrue();
    assertThat(server.stats().refusals()).doesNotContainKey(Admission.INBOUND);
  }

  @Test
  void theGaterRefusesSocketsAndPeers() throws Exception {
    NodeKey unwanted = NodeKey.generate(KeyType.ED25519);
    Host server = start(listening().gater(new ConnectionGater() {
      @Override
      public boolean allowSecured(Direction direction, NodeId peer, Multiaddr remote) {
        return !peer.equals(unwanted.nodeId());
      }
    }));
    Host client = start(Host.builder().key(unwanted));
    var refusedPeer = client.connect(server.id(), server.addresses());
    // The dialler may be done before the listener knows who it is.
    refusedPeer.handle((connection, failure) -> null).get(20, SECONDS);
    await().until(() -> client.connections().isEmpty());
    assertThat(refused(server, "connections.gated")).isEqualTo(1);
    assertThat(server.peers()).isEmpty();

    Host closed = start(listening().gater(new ConnectionGater() {
      @Override
      public boolean allowAccept(Multiaddr remote) {
        return false;
      }
    }));
    Failure.of(client.connect(closed.id(), closed.addresses()));
    assertThat(refused(closed, "connections.gated")).isEqualTo(1);
  }

  @Test
  void theStreamOfAProtocolAfterItsLimitIsReset() throws Exception {
    Host server = start(listening().protocol(new Narrow()));
    Host client = start(Host.builder());
    Connection connection = client.connect(server.id(), server.addresses()).get(20, SECONDS);
    Collector first = new Collector();
    StreamChannel kept = connection.open(StreamRequest.of("/narrow", first)).get(10, SECONDS);
    Collector second = new Collector();
    connection.open(StreamRequest.of("/narrow", second)).get(10, SECONDS);
    await().until(second.ended()::isCompletedExceptionally);
    assertThat(refused(server, "streams.perProtocol")).isEqualTo(1);
    assertThat(kept.isOpen()).isTrue();
  }

  private static long refused(Host host, String limit) {
    return host.stats().refusals().getOrDefault(limit, 0L);
  }

  private HostBuilder listening() {
    return Host.builder().listen("/ip4/127.0.0.1/tcp/0").protocol(new Echo());
  }

  private Host start(HostBuilder builder) {
    Host host = builder.start();
    open.add(host);
    return host;
  }

  private Connection connectAs(NodeKey key, Host server) throws Exception {
    Host client = start(Host.builder().key(key));
    return client.connect(server.id(), server.addresses()).get(20, SECONDS);
  }

  private static int port(Host server) {
    return Integer.parseInt(server.addresses().get(0).components().get(1).value());
  }

  /** One stream at a time. */
  private static final class Narrow implements StreamProtocol {
    @Override
    public List<String> ids() {
      return List.of("/narrow");
    }

    @Override
    public int maxInboundPerConnection() {
      return 1;
    }

    @Override
    public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
      stream.pipeline().addLast(new Collector());
    }
  }
}
