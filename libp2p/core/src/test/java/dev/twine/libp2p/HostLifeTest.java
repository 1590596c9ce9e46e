package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.twine.libp2p.core.CloseReason;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.HostListener;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Registration;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostLifeTest {
  /** One group of each kind for several hosts. */
  private static final MultiThreadIoEventLoopGroup SHARED =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  private Host server;
  private Host client;

  @BeforeEach
  void start() {
    server = Host.builder()
        .eventLoops(SHARED)
        .listen("/ip4/127.0.0.1/tcp/0")
        .protocol(new Echo())
        .start();
    client = Host.builder().eventLoops(SHARED).start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    assertThat(SHARED.isShuttingDown()).isFalse();
  }

  @AfterAll
  static void stopLoops() {
    SHARED.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void shutdownWaitsForOpenStreams() throws Exception {
    StreamChannel stream = stream(connect());
    CompletableFuture<Void> shutdown = server.shutdown(Duration.ofSeconds(30));
    // The peer is told, so it opens no more.
    await().until(connectionOf(stream)::isGoingAway);
    assertThat(Failure.of(connectionOf(stream).open(echo()))).isEqualTo(FailureReason.GO_AWAY);
    assertThat(shutdown).isNotDone();
    stream.close();
    shutdown.get(10, SECONDS);
    connectionOf(stream).closed().get(10, SECONDS);
  }

  @Test
  void aConnectionThatGoesAwayIsReplacedAndItsStreamsGoOn() throws Exception {
    Connection old = connect();
    StreamChannel before = stream(old);
    await().until(() -> server.connections().size() == 1);

    server.connections().iterator().next().goAway();

    await().until(old::isGoingAway);
    Connection fresh = connect();
    assertThat(fresh).isNotSameAs(old);
    assertThat(client.peers()).hasSize(1);
    stream(fresh).close();
    client.open(server.id(), echo()).get(10, SECONDS).close();
    assertThat(before.isOpen()).isTrue();
    assertThat(old.isOpen()).isTrue();
  }

  @Test
  void shutdownDoesNotWaitLongerThanItsGrace() throws Exception {
    StreamChannel stream = stream(connect());
    server.shutdown(Duration.ofMillis(100)).get(10, SECONDS);
    await().until(() -> !stream.isOpen());
  }

  @Test
  void aClosedHostTakesNoConnectionsAndMakesNone() throws Exception {
    Connection connection = connect();
    server.close();
    CloseReason reason = connection.closed().get(10, SECONDS);
    assertThat(reason.remote()).isTrue();
    assertThat(Failure.of(client.connect(server.id(), server.addresses())))
        .isEqualTo(FailureReason.DIAL_FAILED);
    assertThat(Failure.of(server.connect(client.id(), List.of()))).isEqualTo(FailureReason.CLOSED);
    server.close();
  }

  @Test
  void closingOnAnEventLoopIsRefused() {
    Throwable thrown = catchThrowable(() -> SHARED.submit(client::close).get(10, SECONDS));
    assertThat(thrown.getCause()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aPortThatIsTakenIsNamedAndNothingStaysBound() {
    String taken = server.addresses().get(0).toString();
    assertThatThrownBy(
            () -> Host.builder().listen("/ip4/127.0.0.1/tcp/0", taken).start())
        .isInstanceOfSatisfying(
            Libp2pException.class,
            thrown -> assertThat(thrown.reason()).isEqualTo(FailureReason.CANNOT_LISTEN))
        .hasMessageContaining(taken);
  }

  @Test
  void aProtocolIsAnsweredUntilItsRegistrationIsClosed() throws Exception {
    Registration second = server.handle(new Renamed("/second"));
    assertThat(server.protocols()).contains("/second", Echo.ID);
    assertThatThrownBy(() -> server.handle(new Renamed("/second")))
        .isInstanceOf(IllegalArgumentException.class);
    Connection connection = connect();
    var request =
        new StreamRequest(List.of("/second", "/third"), new Collector(), Duration.ofSeconds(5));
    connection.open(request).get(10, SECONDS).close();
    second.close();
    assertThat(Failure.of(connection.open(request)))
        .isEqualTo(FailureReason.PROTOCOL_NOT_SUPPORTED);
  }

  @Test
  void listenersLearnOfConnectionsAndChanges() throws Exception {
    List<String> events = new CopyOnWriteArrayList<>();
    server.addListener(new HostListener() {
      @Override
      public void connected(Connection connection) {
        events.add("connected " + connection.peer());
        throw new IllegalStateException("a listener's own trouble");
      }

      @Override
      public void disconnected(Connection connection, CloseReason reason) {
        events.add("disconnected " + connection.peer());
      }

      @Override
      public void changed() {
        events.add("changed");
      }
    });
    Connection connection = connect();
    // The dialler is done first: who closes then may not have been seen at all.
    await().until(() -> events.size() == 1);
    connection.close().get(10, SECONDS);
    await().until(() -> events.size() == 2);
    server.handle(new Renamed("/second"));
    assertThat(events)
        .containsExactly("connected " + client.id(), "disconnected " + client.id(), "changed");
  }

  @Test
  void hostsThatDialEachOtherAtOnceAreOnePeerEach() throws Exception {
    try (Host left = Host.builder().listen("/ip4/127.0.0.1/tcp/0").start();
        Host right = Host.builder().listen("/ip4/127.0.0.1/tcp/0").start()) {
      var there = left.connect(right.id(), right.addresses());
      var back = right.connect(left.id(), left.addresses());
      there.get(20, SECONDS);
      back.get(20, SECONDS);
      await().until(() -> left.connections().size() == right.connections().size());
      assertThat(left.peers()).hasSize(1);
      assertThat(right.peers()).hasSize(1);
    }
  }

  @Test
  void aStreamToAPeerThatIsNotConnectedFails() {
    assertThat(Failure.of(client.open(server.id(), echo()))).isEqualTo(FailureReason.CLOSED);
  }

  private Connection connect() throws Exception {
    return client.connect(server.id(), server.addresses()).get(20, SECONDS);
  }

  private static StreamChannel stream(Connection connection) throws Exception {
    var request =
        new StreamRequest(List.of(Echo.ID, "/other"), new Collector(), Duration.ofSeconds(5));
    return connection.open(request).get(10, SECONDS);
  }

  private static StreamRequest echo() {
    return StreamRequest.of(Echo.ID, new Collector());
  }

  private static Connection connectionOf(StreamChannel stream) {
    return stream.connection();
  }

  /** Echo under another name. */
  private record Renamed(String id) implements dev.twine.libp2p.core.StreamProtocol {
    @Override
    public List<String> ids() {
      return List.of(id);
    }

    @Override
    public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
      new Echo().accept(stream, negotiatedId, connection);
    }
  }
}
