package dev.twine.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.MemoryLimits;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.Metric;
import dev.twine.network.PeerInfo;
import dev.twine.network.Tag;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.Inbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole nodes over loopback. */
@Timeout(60)
class P2pNetworkTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final List<GossipNode> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(GossipNode::close);
  }

  private GossipNode start(String networkId) {
    return start(networkId, NodeKey.generate(KeyType.ED25519));
  }

  private GossipNode start(String networkId, P2pConfig p2p) {
    return start(networkId, NodeKey.generate(KeyType.ED25519), p2p);
  }

  private GossipNode start(String networkId, NodeKey key) {
    return start(networkId, key, P2pConfig.listening("/ip4/127.0.0.1/tcp/0"));
  }

  private GossipNode start(String networkId, NodeKey key, P2pConfig p2p) {
    GossipNode node = P2pNetwork.create(
        GossipConfig.of(key, networkId)
            .withAgent("test/1")
            .withDiscovery(Discovery.none()), // Who has a session with whom is up to the test.
        p2p);
    nodes.add(node);
    node.start();
    return node;
  }

  private static PeerInfo connect(GossipNode from, GossipNode to) throws Exception {
    return dial(from, to.addresses().get(0)).get(15, TimeUnit.SECONDS);
  }

  private static CompletableFuture<PeerInfo> dial(GossipNode from, Address address) {
    return from.peers().connect(address, DEADLINE);
  }

  private static Metric metric(String name, Map<String, String> labels, double value) {
    return new Metric(name, Metric.Kind.GAUGE, labels, value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/ip4/127.0.0.1/tcp/1               | UNREACHABLE | refused  | connect  | firewall",
        "/ip4/127.0.0.1/tcp/PORT            | REFUSED     | proven   | identity | node ID",
        "/dns4/no.such.host.invalid/tcp/1   | UNREACHABLE | no IP    | resolve  | spelling",
        "/ip4/127.0.0.1/udp/1/quic-v1       | BAD_VALUE   | no transport | connect | another",
      })
  void aFailedDialNamesItsStepAndWhatToDoAboutIt(
      String address, Code code, String what, String step, String remedy) {
    String port = "" + start("net").addresses().get(0).port();
    String other = NodeKey.generate(KeyType.ED25519).nodeId().toString();
    Address wrong = Address.parse(address.replace("PORT", port) + "/p2p/" + other);

    assertThatThrownBy(() -> dial(start("net"), wrong).get(15, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(TwineException.class, failure -> {
          assertThat(failure.code()).isEqualTo(code);
          assertThat(failure.what()).contains(what).endsWith(" at step " + step);
          assertThat(failure.remedy()).contains(remedy);
        });
  }

  @Test
  void addressesHaveRealPortsAndTheNodesId() {
    GossipNode node = start("net");

    assertThat(node.addresses()).singleElement().satisfies(address -> {
      assertThat(address.port()).isPositive();
      assertThat(address.nodeId()).contains(node.nodeId());
    });
  }

  /** Either end may have the lower ID, and so open the stream. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bothEndsKnowEachOtherWhoeverOpensTheStream(boolean lowerDials) throws Exception {
    GossipNode[] pair = ordered();
    GossipNode dialler = pair[lowerDials ? 0 : 1];
    GossipNode listener = pair[lowerDials ? 1 : 0];

    PeerInfo seen = connect(dialler, listener);

    assertThat(seen.nodeId()).isEqualTo(listener.nodeId());
    assertThat(seen.transport()).isEqualTo(TransportKind.P2P);
    assertThat(seen.direction()).isEqualTo(PeerInfo.Direction.OUT);
    assertThat(seen.agent()).isEqualTo("test/1");
    Eventually.until("seen", () -> listener.peers().list().size() == 1);
    PeerInfo back = listener.peers().list().get(0);
    assertThat(back.nodeId()).isEqualTo(dialler.nodeId());
    assertThat(back.direction()).isEqualTo(PeerInfo.Direction.IN);
    assertThat(dialler.metrics())
        .contains(metric("twine_p2p_connections", Map.of("direction", "out"), 1));
    assertThat(listener.metrics())
        .contains(metric("twine_p2p_connections", Map.of("direction", "in"), 1))
        .contains(metric("twine_p2p_peers", Map.of(), 1));
  }

  @Test
  void anAddressWithoutAnIdIsRefusedWithWhatToDo() {
    GossipNode a = start("net");

    assertRefused(dial(a, Address.parse("/ip4/127.0.0.1/tcp/1")), Code.BAD_VALUE, "/p2p/");
  }

  @Test
  void aSecondDialGetsTheSessionThatIsThere() throws Exception {
    GossipNode a = start("net");
    GossipNode b = start("net");

    PeerInfo first = connect(a, b);
    PeerInfo second = connect(a, b);

    assertThat(second.session()).isEqualTo(first.session());
  }

  /** The largest there is, to more peers than would have a copy each in the memory of the host. */
  @Test
  void oneMessageForManyPeersTakesMemoryOnce() throws Exception {
    Tag bundle = Tag.of("VB");
    var memory = new MemoryLimits(7 << 20, 8 << 20);
    GossipNode sender = start(
        "net",
        P2pConfig.listening("/ip4/127.0.0.1/tcp/0").withLimits(Limits.defaults().with(memory)));
    var inboxes = new ArrayList<Inbox>();
    for (int i = 0; i < 4; i++) {
      GossipNode peer = start("net");
      inboxes.add(new Inbox());
      peer.handle(bundle, inboxes.get(i));
      connect(peer, sender);
    }
    Eventually.until("all are there", () -> sender.peers().list().size() == inboxes.size());

    sender.broadcast(bundle, new byte[6 << 20]);

    for (Inbox inbox : inboxes) {
      inbox.await(1, DEADLINE);
    }
    assertThat(sender.metrics()).noneMatch(metric -> metric.labels().containsValue("memory.total"));
  }

  private static void assertRefused(
      CompletableFuture<PeerInfo> dial, Code code, String mentioning) {
    assertThatThrownBy(() -> dial.get(15, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            TwineException.class, refusal -> assertThat(refusal.code()).isEqualTo(code))
        .hasMessageContaining(mentioning);
  }

  private GossipNode[] ordered() {
    NodeKey[] keys = keys();
    return new GossipNode[] {start("net", keys[0]), start("net", keys[1])};
  }

  /** The lower ID first. */
  private static NodeKey[] keys() {
    NodeKey one = NodeKey.generate(KeyType.ED25519);
    NodeKey two = NodeKey.generate(KeyType.ED25519);
    return one.nodeId().compareTo(two.nodeId()) < 0
        ? new NodeKey[] {one, two}
        : new NodeKey[] {two, one};
  }
}
