package dev.twine.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Limits;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.testkit.Eventually;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A node on real sockets, and peers that speak its protocol by hand. */
@Timeout(60)
class HostileStreamTest {
  private static final Tag TX = Tag.of("TX");
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final NodeKey[] keys = new NodeKey[3];
  private GossipNode node;
  private RawPeer peer;

  /** Whether the peer has the lower ID, and so opens the stream. */
  private void start(boolean peerIsLower, Limits limits, String... protocols) {
    Arrays.setAll(keys, i -> NodeKey.generate(KeyType.ED25519));
    Arrays.sort(keys, (one, other) -> one.nodeId().compareTo(other.nodeId()));
    NodeKey own = keys[peerIsLower ? 2 : 0];
    node = P2pNetwork.create(
        GossipConfig.of(own, "net").withLimits(limits),
        P2pConfig.listening("/ip4/127.0.0.1/tcp/0"));
    node.start();
    peer = new RawPeer(keys[1], protocols);
  }

  private void start(boolean peerIsLower) {
    start(peerIsLower, Limits.defaults(), GossipStreams.V22, GossipStreams.V1);
  }

  @AfterEach
  void close() {
    peer.close();
    node.close();
  }

  private double refused(String reason) {
    return node.metrics().stream()
        .filter(metric -> metric.name().equals("twine_refused_total"))
        .filter(metric -> metric.labels().containsValue(reason))
        .mapToDouble(metric -> metric.value())
        .sum();
  }

  private CompletableFuture<PeerInfo> dial() {
    String address = peer.host.addresses().get(0).withPeer(peer.host.id()).toString();
    return node.peers().connect(Address.parse(address), DEADLINE);
  }

  private void awaitSessions(int count) {
    Eventually.until(
        () -> "sessions " + node.peers().list(), () -> node.peers().list().size() == count);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theEndThatDialledSpeaksFirst(boolean peerIsLower) throws Exception {
    start(peerIsLower);

    CompletableFuture<PeerInfo> dialled = dial();
    RawPeer.Tape stream = peerIsLower ? openBack() : peer.taken();
    stream.awaitText("X-Algorand-Genesis");
    assertThat(dialled).isNotDone();
    stream.write(RawPeer.hello("net", "2.2"));

    assertThat(dialled.get(15, TimeUnit.SECONDS).nodeId()).isEqualTo(peer.host.id());
  }

  /** On the connection that the node made. */
  private RawPeer.Tape openBack() throws Exception {
    Eventually.until("connected", () -> !peer.host.peers().isEmpty());
    return peer.open(node);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void theFirstVersionOfTheProtocolHasOneByteOfGreeting(boolean peerIsLower, boolean nodeDials)
      throws Exception {
    start(peerIsLower, Limits.defaults(), GossipStreams.V1);
    CompletableFuture<PeerInfo> dialled =
        nodeDials ? dial() : CompletableFuture.completedFuture(null);
    RawPeer.Tape stream = nodeDials ? (peerIsLower ? openBack() : peer.taken()) : peer.meet(node);
    if (nodeDials) {
      stream.awaitText("1");
    } else {
      stream.write(new byte[] {'1'});
    }

    dialled.get(15, TimeUnit.SECONDS);
    awaitSessions(1);
    node.broadcast(TX, "news".getBytes(UTF_8));
    stream.awaitText("TXnews");
    assertThat(stream.text()).doesNotContain("tw");
  }

  @ParameterizedTest
  @CsvSource({"other, 2.2, network", "net, 2.1, version"})
  void whatDoesNotFitIsAnsweredThenRefused(String network, String version, String reason)
      throws Exception {
    start(true);

    RawPeer.Tape stream = peer.open(node);
    stream.write(RawPeer.hello(network, version));

    stream.awaitText("X-Algorand-Genesis");
    stream.awaitEnd();
    Eventually.until("counted", () -> refused(reason) == 1);
    assertThat(node.peers().list()).isEmpty();
  }

  @Test
  void aDialOfAnotherNetworkTellsWhich() throws Exception {
    start(false);
    CompletableFuture<PeerInfo> dialled = dial();
    peer.taken().write(RawPeer.hello("other", "2.2"));

    assertThatThrownBy(() -> dialled.get(15, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            TwineException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(Code.NETWORK_MISMATCH))
        .hasMessageContaining("other instead of net");
  }

  @Test
  void aMalformedGreetingIsRefusedAndCounted() throws Exception {
    start(true);

    RawPeer.Tape stream = peer.open(node);
    stream.write(new byte[] {0, 1, (byte) 0xc0});

    stream.awaitEnd();
    Eventually.until("counted", () -> refused("metainfo") == 1);
  }

  @Test
  void aPeerThatSaysNothingIsCutAtTheDeadline() throws Exception {
    Limits.Sessions usual = Limits.defaults().sessions();
    start(
        true,
        Limits.defaults()
            .withSessions(new Limits.Sessions(
                usual.total(),
                usual.perAddress(),
                true,
                usual.unidentified(),
                usual.pendingHandshakes(),
                Duration.ofMillis(300))),
        GossipStreams.V22);

    RawPeer.Tape stream = peer.open(node);
    stream.write(new byte[] {0});

    stream.awaitEnd();
    Eventually.until("counted", () -> refused("slow-handshake") == 1);
  }

  @Test
  void aPeerWithoutGossipIsLeftAlone() throws Exception {
    start(false, Limits.defaults(), "/something/else/1.0.0");

    var connection = peer.connect(node);
    assertThat(
            peer.host.identify().identify(connection).get(15, TimeUnit.SECONDS).protocols())
        .contains(GossipStreams.V22);

    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void aDialOfAPeerWithoutGossipSaysSo() {
    start(false, Limits.defaults(), "/something/else/1.0.0");

    CompletableFuture<PeerInfo> dialled = dial();

    assertThatThrownBy(() -> dialled.get(15, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            TwineException.class, refusal -> assertThat(refusal.code()).isEqualTo(Code.REFUSED))
        .hasMessageContaining("no common protocol");
  }

  @Test
  void aThirdStreamFindsNoPlace() throws Exception {
    start(true);
    peer.open(node).write(RawPeer.hello("net", "2.2"));
    awaitSessions(1);
    peer.open(node);

    assertThatThrownBy(() -> peer.open(node)).hasMessageContaining("reset by the remote side");

    awaitSessions(1);
  }

  @Test
  void whenGossipEndsSoDoesTheConnection() throws Exception {
    start(true);
    peer.open(node).write(RawPeer.hello("net", "2.2"));
    awaitSessions(1);

    node.peers().disconnect(PeerRef.of(peer.host.id()));

    Eventually.until("no connection", () -> peer.host.connections().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"bad-data, 00000001, 41", "too-large, 00700000, 5458", "too-large, 00000046, 5545"})
  void aFrameThatBreaksTheRulesEndsTheSession(String reason, String length, String head)
      throws Exception {
    start(true);
    RawPeer.Tape stream = peer.open(node);
    stream.write(RawPeer.hello("net", "2.2"));
    awaitSessions(1);

    stream.write(HexFormat.of().parseHex(length + head));

    stream.awaitEnd();
    awaitSessions(0);
    assertThat(refused(reason)).isEqualTo(1);
  }
}
