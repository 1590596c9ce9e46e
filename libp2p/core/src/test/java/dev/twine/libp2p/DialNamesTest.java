package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.DialRequest;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.NameResolver;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.TransportListener;
import dev.twine.libp2p.core.dns.DnsServer;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses with names, from the look-up to the connection, and callers who bring them late. */
class DialNamesTest {
  private static final MultiThreadIoEventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  private Host server;
  private String port;

  @BeforeEach
  void start() {
    server = Host.builder().eventLoops(LOOPS).listen("/ip4/127.0.0.1/tcp/0").start();
    port = server.addresses().get(0).value("tcp").orElseThrow();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void peersAreFoundUnderANameThatNamesNone() throws Exception {
    String one = "/ip4/192.0.2.1/tcp/1/p2p/" + server.id();
    String two = "/dnsaddr/b.test/p2p/" + server.id();
    try (var dns = new DnsServer(LOOPS);
        Host host = Host.builder().eventLoops(LOOPS).dnsServers(dns.address()).start()) {
      dns.text("_dnsaddr.a.test", "dnsaddr=" + one)
          .text("_dnsaddr.a.test", "dnsaddr=" + two)
          .text("_dnsaddr.a.test", "dnsaddr=/ip4/192.0.2.1/tcp/2")
          .text("_dnsaddr.a.test", "dnsaddr=rubbish")
          .text("_dnsaddr.a.test", "something else");
      assertThat(host.peersUnder("a.test").get(10, SECONDS))
          .extracting(Multiaddr::toString)
          .containsExactlyInAnyOrder(one, two);
      assertThat(host.peersUnder("none.test")).failsWithin(java.time.Duration.ofSeconds(10));
    }
  }

  @AfterAll
  static void stopLoops() {
    LOOPS.shutdownGracefully(0, 1, SECONDS).syncUninterruptibly();
  }

  @Test
  void aDnsaddrLeadsThroughDnsToThePeer() throws Exception {
    try (DnsServer dns = new DnsServer(LOOPS);
        Host client = host().dnsServers(dns.address()).start()) {
      dns.text("_dnsaddr.a.test", "dnsaddr=/ip4/192.0.2.1/tcp/1/p2p/" + client.id())
          .text("_dnsaddr.a.test", "dnsaddr=/dns4/b.test/tcp/" + port + "/p2p/" + server.id())
          .host("b.test", InetAddress.getLoopbackAddress());
      Multiaddr address = Multiaddr.parse("/dnsaddr/a.test/p2p/" + server.id());
      Connection connection = client.connect(address).get(20, SECONDS);
      assertThat(connection.peer()).isEqualTo(server.id());
      assertThat(connection.remoteAddress().toString()).isEqualTo("/dns4/b.test/tcp/" + port);
    }
  }

  @Test
  void theGaterIsAskedForTheNameAndForWhatItStandsFor() {
    List<String> asked = new CopyOnWriteArrayList<>();
    ConnectionGater gater = new ConnectionGater() {
      @Override
      public boolean allowDial(NodeId peer, Multiaddr address) {
        asked.add(address.toString());
        return address.ip().isEmpty();
      }
    };
    NameResolver names =
        name -> CompletableFuture.completedFuture(List.of(InetAddress.getLoopbackAddress()));
    try (Host client = host().resolver(names).gater(gater).start()) {
      var dial = client.connect(server.id(), List.of(Multiaddr.parse("/dns4/a.test/tcp/" + port)));
      assertThat(Failure.of(dial)).isEqualTo(FailureReason.GATED);
      assertThat(asked).containsExactly("/dns4/a.test/tcp/" + port, "/ip4/127.0.0.1/tcp/" + port);
      assertThat(client.stats().refusals()).containsEntry(DialRules.GATED, 1L);
    }
  }

  @Test
  void aGaterThatThrowsEndsTheDialWithItsReason() {
    var broken = new IllegalStateException("no database");
    ConnectionGater gater = new ConnectionGater() {
      @Override
      public boolean allowDial(NodeId peer, Multiaddr address) {
        throw broken;
      }
    };
    try (Host client = host().gater(gater).start()) {
      var dial = client.connect(server.id(), server.addresses());
      assertThat(Failure.exception(dial)).hasRootCause(broken);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "224.0.0.1", "::", "ff02::1", "::ffff:0.0.0.0"})
  void aNameOfNoSingleHostIsNeverDialled(String ip) throws Exception {
    InetAddress resolved = io.netty.util.NetUtil.createInetAddressFromIpAddressString(ip);
    NameResolver names = name -> CompletableFuture.completedFuture(List.of(resolved));
    try (Host client = host().resolver(names).start()) {
      var dial = client.connect(server.id(), List.of(Multiaddr.parse("/dns/a.test/tcp/" + port)));
      assertThat(Failure.of(dial)).isEqualTo(FailureReason.BAD_ADDRESS);
      assertThat(client.stats().refusals()).containsEntry(DialRules.NO_HOST, 1L);
    }
  }

  @Test
  void aNameThatLeadsBackToTheHostIsNotDialled() {
    NameResolver names =
        name -> CompletableFuture.completedFuture(List.of(InetAddress.getLoopbackAddress()));
    try (Host client = host().resolver(names).listen("/ip4/127.0.0.1/tcp/0").start()) {
      String own = client.addresses().get(0).value("tcp").orElseThrow();
      var dial =
          client.connect(server.id(), List.of(Multiaddr.parse("/dns4/a.test/tcp/" + own + "/ws")));
      assertThat(Failure.exception(dial)).hasMessageContaining("listens there");
      assertThat(client.stats().refusals()).containsEntry(DialRules.OWN, 1L);
    }
  }

  @Test
  void addressesWithoutNamesDoNotWaitForThoseWithNames() throws Exception {
    try (Host client = host().resolver(name -> new CompletableFuture<>()).start()) {
      var dial = client.connect(
          server.id(),
          List.of(Multiaddr.parse("/dns4/a.test/tcp/1"), server.addresses().get(0)));
      assertThat(dial.get(20, SECONDS).peer()).isEqualTo(server.id());
    }
  }

  @Test
  void aLaterCallerBringsTheAddressThatWorks() throws Exception {
    try (SilentListener silent = new SilentListener();
        Host client = host().start()) {
      var first = client.connect(server.id(), List.of(silent.address()));
      await().until(() -> silent.accepted() == 1);
      var second = client.connect(server.id(), server.addresses());
      assertThat(second.get(20, SECONDS)).isSameAs(first.get(20, SECONDS));
      await().until(silent::allClosed);
    }
  }

  @Test
  void aJobDoesNotFailWhileACallersAddressIsStillLookedUp() throws Exception {
    var refusing = new Refusing();
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    try (Host client = host()
        .transports(StandardProtocols.tcp(), refusing)
        .resolver(name -> answer)
        .start()) {
      var late = client.connect(server.id(), List.of(Multiaddr.parse("/dns4/a.test/tcp/" + port)));
      var first = client.connect(server.id(), List.of(Multiaddr.parse("/memory/a")));
      await().until(() -> refusing.dials.get() == 1);
      // The only loop has dealt with the failure.
      LOOPS.submit(() -> {}).get(10, SECONDS);
      assertThat(first).isNotDone();
      answer.complete(List.of(InetAddress.getLoopbackAddress()));
      assertThat(first.get(20, SECONDS)).isSameAs(late.get(20, SECONDS));
    }
  }

  @Test
  void theJobFailsForAllWhenTheLastAddressHasFailed() throws Exception {
    SilentListener gone = new SilentListener();
    Multiaddr refusing = gone.address();
    gone.close();
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    try (Host client = host().resolver(name -> answer).start()) {
      List<CompletableFuture<Connection>> dials = new ArrayList<>();
      dials.add(client.connect(server.id(), List.of(Multiaddr.parse("/dns4/a.test/tcp/1"))));
      dials.add(client.connect(server.id(), List.of(refusing)));
      answer.completeExceptionally(new java.net.UnknownHostException("a.test"));
      for (CompletableFuture<Connection> dial : dials) {
        assertThat(Failure.exception(dial))
            .hasMessageContaining("a.test")
            .hasMessageContaining("cannot connect");
      }
    }
  }

  @Test
  void whatLaterCallersBringIsBoundedToo() throws Exception {
    try (Host client = host().resolver(name -> new CompletableFuture<>()).start()) {
      int most = dev.twine.libp2p.core.DialLimits.defaults().counts().addresses();
      for (int i = 0; i < most; i++) {
        client.connect(server.id(), List.of(Multiaddr.parse("/dns4/a.test/tcp/" + (i + 1))));
      }
      assertThat(client.stats().refusals()).doesNotContainKey(DialAddresses.ADDRESSES);
      client.connect(server.id(), List.of(Multiaddr.parse("/dns4/b.test/tcp/1")));
      assertThat(client.stats().refusals()).containsEntry(DialAddresses.ADDRESSES, 1L);
      // What is known already is no further address.
      client.connect(server.id(), List.of(Multiaddr.parse("/dns4/a.test/tcp/1")));
      assertThat(client.stats().refusals()).containsEntry(DialAddresses.ADDRESSES, 1L);
    }
  }

  private static HostBuilder host() {
    return Host.builder().eventLoops(LOOPS);
  }

  /** Fails every dial at once. */
  private static final class Refusing implements Transport {
    private final AtomicInteger dials = new AtomicInteger();

    @Override
    public boolean handles(Multiaddr address) {
      return address.has("memory");
    }

    @Override
    public Future<Channel> dial(DialRequest request, Intake intake) {
      dials.incrementAndGet();
      return request.loop().newFailedFuture(new IllegalStateException("refused"));
    }

    @Override
    public Future<TransportListener> listen(ListenRequest request, Intake intake) {
      throw new IllegalStateException("not of this test");
    }
  }
}
