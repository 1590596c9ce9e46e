package dev.twine.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.GossipEngine;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.ping.Ping;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The eight ways in which a node and a peer get a connection: which of them dials, which has the lower
 * ID, and whether it is for gossip; and what becomes of gossip then.
 */
@Timeout(60)
class StreamMatrixTest {
  private static final Tag TX = Tag.of("TX");

  private final P2pTransport transport =
      new P2pTransport(P2pConfig.listening("/ip4/127.0.0.1/tcp/0"));
  private GossipNode node;
  private RawPeer peer;
  private int broadcasts;

  @AfterEach
  void close() {
    peer.close();
    node.close();
  }

  private void start(boolean nodeIsLower) {
    NodeKey[] keys = new NodeKey[2];
    Arrays.setAll(keys, i -> NodeKey.generate(KeyType.ED25519));
    Arrays.sort(keys, (one, other) -> one.nodeId().compareTo(other.nodeId()));
    node =
        GossipEngine.create(GossipConfig.of(keys[nodeIsLower ? 0 : 1], "net"), List.of(transport));
    node.start();
    // With two protocols to choose from, a stream is open when the other end has chosen.
    peer = new RawPeer(keys[nodeIsLower ? 1 : 0], GossipStreams.V22, GossipStreams.V1);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void forGossipTheLowerEndOpensTheOneStream(boolean nodeIsLower, boolean nodeDials)
      throws Exception {
    start(nodeIsLower);
    CompletableFuture<PeerInfo> dial = nodeDials ? dial() : null;
    if (!nodeDials) {
      peer.connect(node);
    }
    Eventually.until("connected", () -> !peer.host.connections().isEmpty());
    RawPeer.Tape stream = nodeIsLower ? peer.taken() : peer.open(node);
    stream.write(RawPeer.hello("net", "2.2"));

    assertGossip(stream, nodeDials ? Direction.OUT : Direction.IN);
    assertThat(peer.accepted).isEmpty();
    assertThat(dial == null ? null : dial.get(15, TimeUnit.SECONDS).nodeId())
        .isEqualTo(nodeDials ? peer.host.id() : null);
  }

  /** A peer must not make a neighbour of a node that came for something else. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void overAConnectionThatTheNodeDialledForSomethingElseThePeerGetsNoGossip(boolean nodeIsLower)
      throws Exception {
    start(nodeIsLower);
    Connection connection = transport.host().connect(address()).get(15, TimeUnit.SECONDS);
    Eventually.until("connected", () -> !peer.host.connections().isEmpty());

    assertThatThrownBy(() -> {
          peer.open(node).awaitEnd();
          throw new IOException("the stream was reset a little later");
        })
        .hasMessageContaining("reset");
    assertThat(connection.isOpen()).isTrue();
    assertThat(node.peers().list()).isEmpty();

    CompletableFuture<PeerInfo> dial = dial();
    RawPeer.Tape stream = peer.taken();
    stream.write(RawPeer.hello("net", "2.2"));
    assertThat(dial.get(15, TimeUnit.SECONDS).nodeId()).isEqualTo(peer.host.id());
    assertGossip(stream, Direction.OUT);
    assertThat(peer.host.connections()).hasSize(1);
  }

  /** The lower end opens a stream though the other one wants none; the higher one waits. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPeerThatDialsForSomethingElseKeepsItsConnectionAndIsDialledOverIt(boolean nodeIsLower)
      throws Exception {
    start(nodeIsLower);
    Connection connection = peer.connect(node);
    declineStream(nodeIsLower, connection);
    assertThat(node.peers().list()).isEmpty();
    assertThat(connection.isOpen()).isTrue();

    CompletableFuture<PeerInfo> dial = dial();
    RawPeer.Tape stream = peer.taken();
    stream.write(RawPeer.hello("net", "2.2"));

    assertThat(dial.get(15, TimeUnit.SECONDS).nodeId()).isEqualTo(peer.host.id());
    assertThat(peer.host.connections()).containsExactly(connection);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theOldStreamStaysUntilTheNewOneHasShakenHands(boolean succeeds) throws Exception {
    start(false);
    RawPeer.Tape old = peer.open(node);
    old.write(RawPeer.hello("net", "2.2"));
    assertGossip(old, Direction.IN);
    long session = session().session().number();

    RawPeer.Tape fresh = peer.open(node);
    node.broadcast(TX, "while it shakes hands".getBytes(UTF_8));
    old.awaitText("TXwhile it shakes hands");
    fresh.write(succeeds ? RawPeer.hello("net", "2.2") : new byte[] {0, 1, (byte) 0xc0});

    // One of them stays, and the peer of it is protected.
    (succeeds ? fresh : old).awaitText("X-Algorand-Genesis");
    Eventually.until("one session", () -> node.peers().list().size() == 1);
    node.broadcast(TX, "afterwards".getBytes(UTF_8));
    Eventually.until(
        "it arrives",
        () -> old.text().contains("TXafterwards") || fresh.text().contains("TXafterwards"));
    assertThat(transport.host().tags().isProtected(peer.host.id())).isTrue();
    if (!succeeds) {
      fresh.awaitEnd();
      assertThat(session().session().number()).isEqualTo(session);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDisconnectDoesNotWaitForAHandshakeThatBlocks(boolean nodeIsLower) throws Exception {
    start(nodeIsLower);
    RawPeer.Tape first = peer.meet(node);
    first.write(RawPeer.hello("net", "2.2"));
    assertGossip(first, Direction.IN);
    RawPeer.Tape blocking = peer.open(node);

    assertThat(node.peers().disconnect(PeerRef.of(peer.host.id()))).isTrue();

    first.awaitEnd();
    assertThat(node.peers().list()).isEmpty();
    Eventually.until("no protection", () -> !transport.host().tags().isProtected(peer.host.id()));
    blocking.write(RawPeer.hello("net", "2.2"));
    assertGossip(blocking, Direction.IN);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDialOverAConnectionThatEndsIsTriedAgainOverAnother(boolean nodeIsLower) throws Exception {
    start(nodeIsLower);
    Connection first = peer.connect(node);
    declineStream(nodeIsLower, first);

    CompletableFuture<PeerInfo> dial = dial();
    RawPeer.Tape unanswered = peer.taken();
    first.close();
    unanswered.awaitEnd();
    Eventually.until(
        "another connection",
        () -> peer.host.connections().stream().anyMatch(one -> one != first && one.isOpen()));
    RawPeer.Tape stream = nodeIsLower ? peer.taken() : peer.open(node);
    stream.write(RawPeer.hello("net", "2.2"));

    assertThat(dial.get(15, TimeUnit.SECONDS).nodeId()).isEqualTo(peer.host.id());
    assertGossip(stream, Direction.OUT);
  }

  @Test
  void aPeerWithoutGossipSaysSoAlsoOverAConnectionThatIsThere() throws Exception {
    start(true);
    peer.close();
    peer = new RawPeer(NodeKey.generate(KeyType.ED25519), "/something/else/1.0.0");
    transport.host().connect(address()).get(15, TimeUnit.SECONDS);

    assertThatThrownBy(() -> dial().get(15, TimeUnit.SECONDS))
        .hasMessageContaining("no common protocol");
  }

  /** If the node opens one; it knows of that when it has answered a ping. */
  private void declineStream(boolean nodeIsLower, Connection connection) throws Exception {
    if (nodeIsLower) {
      peer.taken().stream().reset();
    }
    Ping.ping(connection, Duration.ofSeconds(10)).get(15, TimeUnit.SECONDS);
  }

  private Multiaddr address() {
    return peer.host.addresses().get(0).withPeer(peer.host.id());
  }

  private CompletableFuture<PeerInfo> dial() {
    return node.peers().connect(Address.parse(address().toString()), Duration.ofSeconds(10));
  }

  private PeerInfo session() {
    return node.peers().list().get(0);
  }

  private void assertGossip(RawPeer.Tape stream, Direction direction) {
    Eventually.until("a session", () -> node.peers().list().size() == 1);
    assertThat(session().direction()).isEqualTo(direction);
    String text = "gossip " + ++broadcasts;
    node.broadcast(TX, text.getBytes(UTF_8));
    stream.awaitText("TX" + text);
    assertThat(transport.host().tags().isProtected(peer.host.id())).isTrue();
  }
}
