package dev.twine.testkit;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.GossipEngine;
import dev.twine.gossip.Limits;
import dev.twine.gossip.MeshConfig;
import dev.twine.gossip.Transport;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.Metric;
import dev.twine.network.PeerInfo;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.TagSpec.Kind;
import dev.twine.network.TransportKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** The nodes of one test, closed in one go. */
final class Nodes implements AutoCloseable {
  static final Tag BULK = Tag.of("xb");
  static final Tag FAST = Tag.of("xp");
  static final Tag ONCE = Tag.of("xd");
  static final Duration WAIT = Eventually.DEADLINE;
  static final String NETWORK = "test-v1";

  final InMemoryNetwork network = InMemoryNetwork.start();
  private final List<GossipNode> nodes = new ArrayList<>();

  /** A node that listens on one strand and dials nobody. */
  GossipNode ws() {
    return node(config -> config, network.transport(TransportKind.WS));
  }

  GossipNode node(UnaryOperator<GossipConfig> changes, Transport... transports) {
    return node(NodeKey.generate(KeyType.ED25519), changes, transports);
  }

  GossipNode node(NodeKey key, UnaryOperator<GossipConfig> changes, Transport... transports) {
    GossipConfig config = GossipConfig.of(key, NETWORK)
        .withLoops(network.loops())
        .withMesh(MeshConfig.defaults().withSeed(1))
        .withDiscovery(Discovery.none()) // Who has a session with whom is up to the test.
        .withTags(List.of(
            TagSpec.of("xb"),
            TagSpec.of("xp").withLane(dev.twine.network.Lane.PRIORITY),
            TagSpec.of("xd").withKind(Kind.DIRECT)));
    GossipNode node = GossipEngine.create(changes.apply(config), List.of(transports));
    nodes.add(node);
    node.start();
    return node;
  }

  /** Dials and waits until both ends know each other. */
  PeerInfo connect(GossipNode from, GossipNode to) throws Exception {
    return connect(from, to, to.addresses().get(0));
  }

  PeerInfo connect(GossipNode from, GossipNode to, Address address) throws Exception {
    PeerInfo info = from.peers().connect(address, WAIT).get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
    Eventually.until(
        () -> to.nodeId() + " knows " + from.nodeId() + ": " + to.peers().list(),
        () -> knows(to, from.nodeId()) && knows(from, to.nodeId()));
    return info;
  }

  static boolean knows(GossipNode node, NodeId peer) {
    return node.peers().list().stream().anyMatch(info -> peer.equals(info.nodeId()));
  }

  static double metric(GossipNode node, String name, String... labels) {
    return node.metrics().stream()
        .filter(metric -> metric.name().equals(name) && hasLabels(metric, labels))
        .mapToDouble(Metric::value)
        .sum();
  }

  static double refused(GossipNode node, String reason) {
    return metric(node, "twine_refused_total", "reason", reason);
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Limits limits(UnaryOperator<Limits> changes) {
    return changes.apply(Limits.defaults());
  }

  @Override
  public void close() {
    nodes.forEach(GossipNode::close);
    network.close();
  }

  private static boolean hasLabels(Metric metric, String... labels) {
    for (int i = 0; i < labels.length; i += 2) {
      if (!labels[i + 1].equals(metric.labels().get(labels[i]))) {
        return false;
      }
    }
    return true;
  }
}
