package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.DialLimits;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.NameLimits;
import dev.twine.libp2p.core.NameResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DialTest {
  private static final Duration STAGGER = Duration.ofMillis(30);

  /** How far the clock is ahead. */
  private final AtomicLong ahead = new AtomicLong();

  private SilentListener silent;
  private Host server;
  private Host client;

  @BeforeEach
  void start() throws Exception {
    silent = new SilentListener();
    server = Host.builder().listen("/ip4/127.0.0.1/tcp/0").start();
    client = client(DialLimits.defaults().withStagger(STAGGER)).start();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
    silent.close();
  }

  @Test
  void aSilentAddressHoldsTheNextOneUpForItsHeadStartOnlyAndIsClosed() throws Exception {
    Connection connection = connect(silent.address(), server.addresses().get(0)).get(20, SECONDS);
    assertThat(connection.peer()).isEqualTo(server.id());
    await().until(() -> silent.accepted() == 1 && silent.allClosed());
    await().until(() -> client.stats().outbound() == 1);
  }

  @Test
  void dialsThatLoseLeaveNoDescriptor() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
    connect(silent.address(), server.addresses().get(0))
        .get(20, SECONDS)
        .close()
        .get(5, SECONDS);
    await().until(() -> server.peers().isEmpty() && silent.allClosed());
    // What the silent side has accepted stays open on its side until it closes.
    long before = sockets() - silent.accepted();
    for (int i = 0; i < 20; i++) {
      var connection = connect(silent.address(), server.addresses().get(0)).get(20, SECONDS);
      connection.close().get(5, SECONDS);
    }
    await()
        .untilAsserted(() -> assertThat(sockets() - silent.accepted()).isLessThanOrEqualTo(before));
    assertThat(client.stats().outbound()).isZero();
  }

  @Test
  void aCancelledDialClosesItsSocket() throws Exception {
    CompletableFuture<Connection> dial = connect(silent.address());
    await().until(() -> silent.accepted() == 1);
    dial.cancel(false);
    await().until(silent::allClosed);
    await().until(() -> client.stats().outbound() == 0);
  }

  @Test
  void aDialWhoseCallersFutureTimesOutIsOverToo() throws Exception {
    CompletableFuture<Connection> dial = connect(silent.address());
    await().until(() -> silent.accepted() == 1);
    assertThat(dial.orTimeout(1, MILLISECONDS)).failsWithin(10, SECONDS);
    // Joins nothing.
    CompletableFuture<Connection> another = connect(silent.address());
    await().until(() -> silent.accepted() == 2);
    another.cancel(false);
    await().until(silent::allClosed);
    await().until(() -> client.stats().outbound() == 0);
  }

  @Test
  void aDialThatOneCallerCancelsGoesOnForTheOther() throws Exception {
    CompletableFuture<Connection> one =
        connect(silent.address(), server.addresses().get(0));
    CompletableFuture<Connection> other =
        connect(silent.address(), server.addresses().get(0));
    one.cancel(false);
    assertThat(other.get(20, SECONDS).peer()).isEqualTo(server.id());
  }

  @Test
  void callersOfOnePeerShareOneConnection() throws Exception {
    CompletableFuture<Connection> one = connect(server.addresses().get(0));
    CompletableFuture<Connection> other = connect(server.addresses().get(0));
    assertThat(one.get(20, SECONDS)).isSameAs(other.get(20, SECONDS));
    assertThat(connect(silent.address()).get(20, SECONDS)).isSameAs(one.get());
    await().until(() -> server.connections().size() == 1);
    assertThat(client.connections()).hasSize(1);
  }

  @Test
  void anAddressThatFailedIsLeftAloneUntilItsTimeIsOver() throws Exception {
    Multiaddr gone = silent.address();
    silent.close();
    assertThat(Failure.of(connect(gone))).isEqualTo(FailureReason.DIAL_FAILED);
    assertThat(Failure.of(connect(gone))).isEqualTo(FailureReason.DIAL_BACKOFF);
    assertThat(client.stats().refusals()).containsEntry("dials.backoff", 1L);
    ahead.addAndGet(DialLimits.defaults().backoff().first().toNanos());
    assertThat(Failure.of(connect(gone))).isEqualTo(FailureReason.DIAL_FAILED);
  }

  @Test
  void theErrorTellsWhatHappenedToEachAddress() throws Exception {
    Multiaddr gone = silent.address();
    silent.close();
    var failure = Failure.exception(connect(gone, Multiaddr.parse("/ip4/127.0.0.1/udp/1/quic-v1")));
    assertThat(failure.reason()).isEqualTo(FailureReason.DIAL_FAILED);
    assertThat(failure).hasMessageContaining("no transport").hasMessageContaining("cannot connect");
  }

  @Test
  void theGaterForbidsToDial() throws Exception {
    ConnectionGater nobody = new ConnectionGater() {
      @Override
      public boolean allowDial(NodeId peer, Multiaddr address) {
        return false;
      }
    };
    try (Host gated = Host.builder().gater(nobody).start()) {
      var dial = gated.connect(server.id(), server.addresses());
      assertThat(Failure.of(dial)).isEqualTo(FailureReason.GATED);
      assertThat(gated.stats().refusals()).containsEntry("dials.gated", 1L);
    }
  }

  @Test
  void aNameIsDialledAtWhatItResolvesTo() throws Exception {
    String port = server.addresses().get(0).components().get(1).value();
    NameResolver resolver = name -> CompletableFuture.completedFuture(
        name.equals("peer.test") ? List.of(InetAddress.getLoopbackAddress()) : List.of());
    try (Host named = Host.builder().resolver(resolver).start()) {
      Multiaddr known = Multiaddr.parse("/dns4/peer.test/tcp/" + port);
      Multiaddr unknown = Multiaddr.parse("/dns4/other.test/tcp/" + port);
      assertThat(Failure.of(named.connect(server.id(), List.of(unknown))))
          .isEqualTo(FailureReason.NAME_NOT_FOUND);
      Connection connection = named.connect(server.id(), List.of(known)).get(20, SECONDS);
      assertThat(connection.remoteAddress()).isEqualTo(known);
    }
  }

  @Test
  void aNameThatNeverResolvesFailsAtTheDeadline() throws Exception {
    var names = NameLimits.defaults().withDeadline(Duration.ofMillis(100));
    try (Host named = Host.builder()
        .limits(Limits.defaults().with(names))
        .resolver(name -> new CompletableFuture<>())
        .start()) {
      var dial = named.connect(server.id(), List.of(Multiaddr.parse("/dns4/a.test/tcp/1")));
      assertThat(Failure.of(dial)).isEqualTo(FailureReason.NAME_NOT_FOUND);
    }
  }

  @Test
  void addressesBeyondTheLimitAreNotLookedAt() {
    List<Multiaddr> many = Stream.iterate(1, port -> port + 1)
        .limit(DialLimits.defaults().counts().addresses() + 1L)
        .map(port -> Multiaddr.parse("/ip4/127.0.0.1/udp/" + port + "/quic-v1"))
        .toList();
    Failure.of(client.connect(server.id(), many.subList(0, many.size() - 1)));
    assertThat(client.stats().refusals()).doesNotContainKey("dials.addresses");
    Failure.of(client.connect(server.id(), many));
    assertThat(client.stats().refusals()).containsEntry("dials.addresses", 1L);
  }

  @Test
  void aHostDoesNotDialItself() {
    assertThat(Failure.of(server.connect(server.id(), server.addresses())))
        .isEqualTo(FailureReason.BAD_ADDRESS);
  }

  private HostBuilder client(DialLimits limits) {
    return Host.builder()
        .limits(Limits.defaults().with(limits))
        .clock(() -> System.nanoTime() + ahead.get());
  }

  private CompletableFuture<Connection> connect(Multiaddr... addresses) {
    return client.connect(server.id(), List.of(addresses));
  }

  private static long sockets() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(DialTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException gone) {
      return false;
    }
  }
}
