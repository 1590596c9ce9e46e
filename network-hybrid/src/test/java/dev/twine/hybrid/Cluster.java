package dev.twine.hybrid;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Loops;
import dev.twine.gossip.MeshConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.Metric;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.TransportKind;
import dev.twine.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Nodes of all three kinds on loopback that share their event loops, and end with the test. */
final class Cluster implements AutoCloseable {
  static final String NETWORK = "behaviour";
  static final Tag NEWS = Tag.of("nw");
  static final Tag VOTE = Tag.of("AV");
  static final Tag TX = Tag.of("TX");
  static final Duration DEADLINE = Duration.ofSeconds(10);

  private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(15);

  private final Loops loops = Loops.start(2);
  private final List<GossipNode> nodes = new ArrayList<>();

  /** A node that listens and dials nobody by itself. */
  GossipNode node(Kind kind) {
    return node(kind, config -> config);
  }

  GossipNode node(Kind kind, UnaryOperator<GossipConfig> changes) {
    return start(kind.listening(changes.apply(config())));
  }

  /** A node that listens nowhere. */
  GossipNode client(Kind kind, UnaryOperator<GossipConfig> changes) {
    return start(kind.client(changes.apply(config())));
  }

  GossipConfig config() {
    return GossipConfig.of(NodeKey.generate(KeyType.ED25519), NETWORK)
        .withTags(List.of(TagSpec.of("nw")))
        .withMesh(MeshConfig.defaults().withSeed(1))
        .withDiscovery(Discovery.none()) // Who has a session with whom is up to the test.
        .withLoops(loops);
  }

  /** Lets nothing happen on the event loops until then. */
  void holdLoops(CountDownLatch until) {
    loops
        .group()
        .forEach(loop -> loop.execute(() -> {
          try {
            until.await(DEADLINE.toSeconds(), TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }));
  }

  /** Takes the node over, started. */
  GossipNode start(GossipNode node) {
    add(node).start();
    return node;
  }

  /** Takes the node over as it is. */
  GossipNode add(GossipNode node) {
    nodes.add(node);
    return node;
  }

  static Address address(GossipNode node, TransportKind transport) {
    return node.addresses().stream()
        .filter(one -> one.transport() == transport)
        .findFirst()
        .map(one -> one.transport() == TransportKind.WS
            ? Address.parse("ws://" + node.nodeId() + "@" + one.hostAndPort())
            : one)
        .orElseThrow();
  }

  static CompletableFuture<PeerInfo> dial(GossipNode from, GossipNode to, TransportKind transport) {
    return from.peers().connect(address(to, transport), DEADLINE);
  }

  /** Dials, and waits until both ends know who the other is. */
  static PeerInfo connect(GossipNode from, GossipNode to, TransportKind transport)
      throws Exception {
    PeerInfo info = get(dial(from, to, transport));
    Eventually.until(
        () -> "they know each other: " + from.peers().list() + to.peers().list(),
        () -> session(from, to).isPresent() && session(to, from).isPresent());
    return info;
  }

  /** The session of a node with another one, if there is one that is proven. */
  static Optional<PeerInfo> session(GossipNode node, GossipNode peer) {
    return node.peers().list().stream()
        .filter(info -> peer.nodeId().equals(info.nodeId()))
        .findFirst();
  }

  static PeerRef ref(GossipNode node) {
    return PeerRef.of(node.nodeId());
  }

  static double refused(GossipNode node, String reason) {
    return metric(node, "twine_refused_total", reason);
  }

  /** The sum of what has that name, and the value in one of its labels. */
  static double metric(GossipNode node, String name, String value) {
    return node.metrics().stream()
        .filter(metric -> metric.name().equals(name) && metric.labels().containsValue(value))
        .mapToDouble(Metric::value)
        .sum();
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(CONNECT_DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    nodes.forEach(GossipNode::close);
    loops.close();
  }
}
