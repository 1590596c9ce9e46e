package dev.twine.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.MeshConfig;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a hybrid node when one of its transports fails. */
@Timeout(60)
class StartAndLossTest {
  private final Cluster cluster = new Cluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource(TransportKind.class)
  void aSideThatCannotListenLeavesNothingOfTheOther(TransportKind taken) throws IOException {
    try (ServerSocket holder = bound(0)) {
      int free = freePort();
      boolean isWs = taken == TransportKind.WS;
      GossipNode node = cluster.add(Kind.HYBRID.listening(
          cluster.config(),
          "127.0.0.1:" + (isWs ? holder.getLocalPort() : free),
          "/ip4/127.0.0.1/tcp/" + (isWs ? free : holder.getLocalPort())));

      assertThatThrownBy(node::start)
          .isInstanceOfSatisfying(
              TwineException.class,
              failure -> assertThat(failure.code()).isEqualTo(Code.CANNOT_LISTEN));

      bound(free).close();
      assertThat(node.addresses()).isEmpty();
      assertThatThrownBy(node::start)
          .isInstanceOfSatisfying(
              TwineException.class, failure -> assertThat(failure.code()).isEqualTo(Code.CLOSED));
    }
  }

  @ParameterizedTest
  @EnumSource(TransportKind.class)
  void aSideThatLosesAllItsPeersFindsThemAgainAndTheOtherGoesOn(TransportKind lost) {
    GossipConfig config = cluster.config();
    Kind kind = lost == TransportKind.WS ? Kind.WS : Kind.P2P;
    GossipNode losing = cluster.start(kind.listening(config));
    GossipNode staying = cluster.node(kind == Kind.WS ? Kind.P2P : Kind.WS);
    List<Address> peers = List.of(losing.addresses().get(0), staying.addresses().get(0));
    GossipNode hybrid = cluster.node(
        Kind.HYBRID,
        own -> own.withMesh(MeshConfig.defaults()
            .withStaticPeers(peers)
            .withBackoff(Duration.ofMillis(50), Duration.ofMillis(200))));
    Eventually.until("both are there", () -> hybrid.peers().list().size() == 2);

    losing.close();
    Eventually.until("one has gone", () -> hybrid.peers().list().size() == 1);
    assertThat(hybrid.peers().list().get(0).transport()).isNotEqualTo(lost);
    cluster.start(kind.listening(config, peers));

    Eventually.until("it is back", () -> hybrid.peers().list().size() == 2);
  }

  @Test
  void aHybridNodeThatListensNowhereIsAClientOfBoth() throws Exception {
    GossipNode client = cluster.client(Kind.HYBRID, config -> config);

    Cluster.connect(client, cluster.node(Kind.WS), TransportKind.WS);
    Cluster.connect(client, cluster.node(Kind.P2P), TransportKind.P2P);

    assertThat(client.addresses()).isEmpty();
    assertThat(client.peers().list()).hasSize(2);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = bound(0)) {
      return free.getLocalPort();
    }
  }

  private static ServerSocket bound(int port) throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }
}
