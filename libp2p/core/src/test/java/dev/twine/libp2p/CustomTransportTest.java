package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.libp2p.core.DialLimits;
import dev.twine.libp2p.core.DialRequest;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.TransportListener;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transports that are not the host's own, in both forms. */
class CustomTransportTest {
  private static final MultiThreadIoEventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(2, LocalIoHandler.newFactory());
  private static final Multiaddr HERE = Multiaddr.parse("/memory/server");

  @AfterAll
  static void stopLoops() {
    LOOPS.shutdownGracefully(0, 1, SECONDS).syncUninterruptibly();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bytesEchoAndTheConnectionSaysWhatItIs(boolean ready) throws Exception {
    try (Host server = server(ready).start();
        Host client = host(ready).start()) {
      assertThat(server.addresses()).containsExactly(HERE);
      Connection connection = client.connect(server.id(), server.addresses()).get(20, SECONDS);
      assertThat(connection.security()).isEqualTo(ready ? MemoryTransport.SECURITY : "/noise");
      assertThat(connection.muxer()).isEqualTo("/yamux/1.0.0");
      assertThat(connection.channelBinding().isPresent()).isEqualTo(!ready);
      assertThat(connection.remoteAddress()).isEqualTo(HERE);
      Collector collector = new Collector();
      StreamChannel stream =
          connection.open(StreamRequest.of(Echo.ID, collector)).get(10, SECONDS);
      Source source = new Source(500_000, 1);
      stream.pipeline().addLast(source);
      assertThat(collector.ended().get(60, SECONDS)).isEqualTo(source.checksum());

      Connection theirs = server.connections().iterator().next();
      assertThat(theirs.direction()).isEqualTo(Direction.INBOUND);
      assertThat(theirs.peer()).isEqualTo(client.id());
      assertThat(server.stats().handshakes()).isZero();
      connection.close().get(10, SECONDS);
      assertThat(theirs.closed().get(10, SECONDS).remote()).isTrue();
      await().until(() -> server.stats().inbound() == 0 && client.stats().outbound() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPeerThatIsAnotherIsRefused(boolean ready) throws Exception {
    try (Host server = server(ready).start();
        Host client = host(ready).start();
        Host other = host(ready).start()) {
      assertThat(Failure.of(client.connect(other.id(), server.addresses())))
          .isEqualTo(FailureReason.WRONG_PEER);
      await().until(() -> server.stats().inbound() == 0 && client.stats().outbound() == 0);
      assertThat(client.connections()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theGaterAndTheLimitsJudgeWhatIsAccepted(boolean ready) throws Exception {
    ConnectionGater nobody = new ConnectionGater() {
      @Override
      public boolean allowSecured(Direction direction, NodeId peer, Multiaddr remote) {
        return false;
      }
    };
    try (Host server = server(ready).gater(nobody).start();
        Host client = host(ready).start()) {
      // The dialler may have its side ready before the listener closes.
      client
          .connect(server.id(), server.addresses())
          .handle((done, failed) -> null)
          .get(20, SECONDS);
      await().until(() -> client.connections().isEmpty());
      assertThat(server.stats().refusals()).containsEntry("connections.gated", 1L);
      await().until(() -> server.stats().inbound() == 0);
    }
    var none = ConnectionLimits.defaults().withTotals(0, 8);
    try (Host server = server(ready).limits(Limits.defaults().with(none)).start();
        Host client = host(ready).start()) {
      Failure.exception(client.connect(server.id(), server.addresses()));
      assertThat(server.stats().refusals()).containsEntry("connections.inbound", 1L);
    }
  }

  @Test
  void whatNobodyListensOnOrHandlesFailsWithItsReason() throws Exception {
    try (Host client = host(false).start();
        Host other = host(false).start()) {
      var nowhere = client.connect(other.id(), List.of(Multiaddr.parse("/memory/nowhere")));
      assertThat(Failure.exception(nowhere)).hasMessageContaining("nobody listens");
      var tcp = client.connect(other.id(), List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/1")));
      assertThat(Failure.exception(tcp)).hasMessageContaining("no transport");
    }
  }

  @Test
  void aHostDoesNotDialWhereItListensItself() throws Exception {
    try (Host server = server(false).start();
        Host other = host(false).start()) {
      var dial = server.connect(other.id(), server.addresses());
      assertThat(Failure.exception(dial)).hasMessageContaining("listens there");
      assertThat(server.stats().refusals()).containsEntry(DialRules.OWN, 1L);
    }
  }

  @Test
  void aDialThatIsCancelledOrLateIsCancelledInItsTransport() throws Exception {
    var stuck = new Stuck();
    try (Host client = Host.builder().eventLoops(LOOPS).transports(stuck).start();
        Host other = host(false).start()) {
      var dial = client.connect(other.id(), List.of(HERE));
      await().until(() -> stuck.dials.size() == 1);
      dial.cancel(false);
      await().until(() -> stuck.dials.get(0).isCancelled() && client.stats().outbound() == 0);
    }
    var soon = Limits.defaults().with(DialLimits.defaults().withDeadline(Duration.ofMillis(20)));
    try (Host client =
            Host.builder().eventLoops(LOOPS).limits(soon).transports(stuck).start();
        Host other = host(false).start()) {
      var dial = client.connect(other.id(), List.of(HERE));
      assertThat(Failure.of(dial)).isEqualTo(FailureReason.TIMEOUT);
      await().until(() -> stuck.dials.get(1).isCancelled() && client.stats().outbound() == 0);
    }
  }

  private static HostBuilder server(boolean ready) {
    return host(ready).listen(HERE.toString()).protocol(new Echo());
  }

  private static HostBuilder host(boolean ready) {
    return Host.builder().eventLoops(LOOPS).transports(new MemoryTransport(ready));
  }

  /** Never gets anywhere. */
  private static final class Stuck implements Transport {
    private final List<Promise<Channel>> dials = new CopyOnWriteArrayList<>();

    @Override
    public boolean handles(Multiaddr address) {
      return true;
    }

    @Override
    public Future<Channel> dial(DialRequest request, Intake intake) {
      Promise<Channel> never = request.loop().newPromise();
      dials.add(never);
      return never;
    }

    @Override
    public Future<TransportListener> listen(ListenRequest request, Intake intake) {
      throw new IllegalStateException("not of this test");
    }
  }
}
