package dev.twine.ws;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.MeshConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.Metric;
import dev.twine.network.TagSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A real node with a live listener, which is the one under attack, and two honest peers of it. */
final class HostileNetwork implements AutoCloseable {
  static final String NETWORK = "hostile/test%net";
  static final String HEARTBEAT = "hb";

  private static final Duration SOON = Duration.ofSeconds(15);

  final GossipNode target;
  final GossipNode first;
  final GossipNode second;

  HostileNetwork(UnaryOperator<GossipConfig> config) {
    target = WsNetwork.create(config.apply(config()), WsConfig.listening("127.0.0.1", 0));
    target.start();
    first = peer(target.addresses().get(0));
    second = peer(target.addresses().get(0));
    await(SOON, "both honest peers are there", () -> identified() == 2);
  }

  static GossipConfig config() {
    return GossipConfig.of(NodeKey.generate(KeyType.ED25519), NETWORK)
        .withDiscovery(Discovery.none())
        .withTags(List.of(TagSpec.of(HEARTBEAT)));
  }

  /** A started client node that keeps a session with each of these addresses. */
  static GossipNode peer(Address... addresses) {
    GossipNode node = WsNetwork.create(
        config().withMesh(MeshConfig.defaults().withStaticPeers(List.of(addresses))),
        WsConfig.client());
    node.start();
    return node;
  }

  Address address() {
    return target.addresses().get(0);
  }

  int port() {
    return address().port();
  }

  /** Sessions of the target whose other end has proven who it is. */
  long identified() {
    return target.peers().list().stream().filter(peer -> peer.nodeId() != null).count();
  }

  double gauge(String name) {
    return target.metrics().stream()
        .filter(metric -> metric.name().equals(name))
        .mapToDouble(Metric::value)
        .sum();
  }

  /** How many connections the target turned away so far, by reason. */
  Map<String, Long> refused() {
    return counts("twine_refused_total", "reason");
  }

  /** The values of a counter of the target by one of its labels. */
  Map<String, Long> counts(String name, String label) {
    return counts(target, name, label);
  }

  private static Map<String, Long> counts(GossipNode node, String name, String label) {
    return node.metrics().stream()
        .filter(metric -> metric.name().equals(name))
        .collect(Collectors.groupingBy(
            metric -> metric.labels().getOrDefault(label, "?"),
            TreeMap::new,
            Collectors.summingLong(metric -> (long) metric.value())));
  }

  /** What the node holds of others is what the two honest peers need. */
  void awaitNothingLeftOver() {
    await(
        SOON,
        () -> "left over: " + target.peers().list() + leftOver(),
        () -> target.peers().list().size() == 2
            && leftOver().values().stream().allMatch(value -> value == 0));
  }

  private Map<String, Double> leftOver() {
    return Map.of(
        "connections", gauge("twine_connections") - 2,
        "pending", gauge("twine_pending_handshakes"),
        "unidentified", gauge("twine_peers_unidentified"),
        "requests", gauge("twine_requests_waiting"),
        "inbound", gauge("twine_inbound_messages"),
        "inboundBytes", gauge("twine_inbound_bytes"));
  }

  /**
   * A peer that comes after the attack is as welcome as one before, if it tries again.
   *
   * @return how often it was turned away
   */
  long assertThatANewPeerIsWelcome() {
    long turnedAway;
    try (GossipNode newcomer = peer(address())) {
      await(
          SOON,
          "the newcomer is known",
          () -> target.peers().list().stream()
              .anyMatch(peer -> newcomer.nodeId().equals(peer.nodeId())));
      turnedAway = counts(newcomer, "twine_dials_total", "result").getOrDefault("failed", 0L);
    }
    await(SOON, "the newcomer has left", () -> target.peers().list().size() == 2);
    return turnedAway;
  }

  @Override
  public void close() {
    first.close();
    second.close();
    target.close();
  }

  static void await(Duration deadline, String what, BooleanSupplier condition) {
    await(deadline, () -> what, condition);
  }

  static void await(Duration deadline, Supplier<String> what, BooleanSupplier condition) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + deadline + ": " + what.get());
      }
      LockSupport.parkNanos(10_000_000);
    }
  }
}
