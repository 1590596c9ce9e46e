package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The meshes of many nodes on one clock and one thread, so that a run depends on its seed alone. Dials
 * succeed or fail at once, and no message flows: where there is a way of sessions, one would.
 */
final class SimulatedNetwork implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(500);

  final StepClock clock = new StepClock();
  final Random random;
  private final int fanout;
  private final boolean feelers;
  private final Map<Integer, SimulatedNode> nodes = new HashMap<>();
  private IntPredicate side = number -> false;

  /** @param feelers whether nodes look for those that they lost */
  SimulatedNetwork(int fanout, boolean feelers, long seed) {
    this.fanout = fanout;
    this.feelers = feelers;
    random = new Random(seed * 0x9e3779b97f4a7c15L);
  }

  /** Nodes that are told of so many others each, and have had a minute to fill their meshes. */
  void start(int size, int known) {
    for (int i = 0; i < size; i++) {
      nodes.put(i, new SimulatedNode(this, i, mesh()));
    }
    for (SimulatedNode node : all()) {
      List<Address> others = new ArrayList<>();
      random
          .ints(0, size)
          .distinct()
          .limit(known)
          .forEach(i -> others.add(node(i).address()));
      others.remove(node.address());
      node.start(List.of(), feelers);
      node.mesh.learn(others, Source.bootstrap("names"));
    }
    clock.pass(Duration.ofMinutes(1));
  }

  SimulatedNode node(int number) {
    SimulatedNode node = find(number);
    if (node == null) {
      throw new IllegalArgumentException("no node " + number);
    }
    return node;
  }

  @Nullable
  SimulatedNode find(int number) {
    return nodes.get(number);
  }

  List<SimulatedNode> all() {
    return List.copyOf(nodes.values());
  }

  boolean isCut(int one, int other) {
    return side.test(one) != side.test(other);
  }

  /** The first so many nodes and the others lose each other. */
  void split(int first) {
    side = number -> number < first;
    all().forEach(node -> node.lose(other -> isCut(node.number, other)));
  }

  /** All can reach all again, if they try. */
  void mend() {
    side = number -> false;
  }

  /** The time from then until every node has a way to every other. */
  Duration join(Duration patience) {
    mend();
    Duration time = Duration.ZERO;
    while (reached() < nodes.size() && time.compareTo(patience) < 0) {
      clock.pass(STEP);
      time = time.plus(STEP);
    }
    return time;
  }

  /** Kills all nodes and starts them with what they had written down. */
  void restart() {
    List<SimulatedNode> before = all();
    before.forEach(SimulatedNode::kill);
    for (SimulatedNode node : before) {
      nodes.put(node.number, new SimulatedNode(this, node.number, mesh()));
      node(node.number).start(node.written(), feelers);
    }
  }

  void kill(int number) {
    node(number).kill();
    nodes.remove(number);
  }

  /** To how many nodes there is a way from the first, itself included. */
  int reached() {
    Map<NodeId, SimulatedNode> byId = new HashMap<>();
    all().forEach(node -> byId.put(node.id(), node));
    Deque<SimulatedNode> next = new ArrayDeque<>(List.of(node(0)));
    Set<NodeId> found = new HashSet<>(Set.of(node(0).id()));
    while (!next.isEmpty()) {
      for (NodeId peer : next.remove().peers()) {
        SimulatedNode node = byId.get(peer);
        if (node != null && found.add(peer)) {
          next.add(node);
        }
      }
    }
    return found.size();
  }

  @Override
  public void close() {
    all().forEach(SimulatedNode::kill);
  }

  private MeshConfig mesh() {
    return MeshConfig.defaults().withFanout(fanout).withSeed(random.nextLong());
  }
}
