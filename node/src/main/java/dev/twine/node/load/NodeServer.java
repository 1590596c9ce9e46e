package dev.twine.node.load;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Limits;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.Receipt;
import dev.twine.network.Tag;
import dev.twine.network.TransportKind;
import dev.twine.node.bench.BroadcastServer;
import dev.twine.node.config.AuthorCheck;
import dev.twine.node.config.Mode;
import dev.twine.node.config.NodeFactory;
import dev.twine.node.config.RecordSettings;
import dev.twine.p2p.P2pConfig;
import dev.twine.ws.WsConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A real node as a broadcast server.
 *
 * <p>It paces itself as an application can: by {@code awaitQueued}, and by the queues of peers that
 * lag, so that nothing is dropped.
 */
final class NodeServer implements BroadcastServer {
  static final String NETWORK = "bench";
  /** go-algorand's tag of bulk messages, which peers get without asking. */
  static final Tag TAG = TagTable.TX;

  /** Half of the window: one half is handed over while the other is being queued to all. */
  private static final int STRIDE = WINDOW / 2;

  /** A quarter of what a peer's queue holds. */
  private static final int MAX_BEHIND = 256;

  private static final Duration QUEUED = Duration.ofSeconds(10);
  private static final long PAUSE_NANOS = 50_000;

  private static final int SESSIONS = 10_000;
  private static final Map<String, String> LIMITS = Map.of(
      "sessions.total", "" + SESSIONS,
      "sessions.unidentified", "" + SESSIONS,
      "sessions.pending_handshakes", "" + SESSIONS,
      "inbound.duplicate_ids", "5000000",
      "inbound.duplicate_ttl", "30s");

  private final GossipNode node;
  private final Queue<Receipt> queued = new ArrayDeque<>();
  private int unmarked;

  NodeServer(Mode mode) {
    GossipConfig config = GossipConfig.of(NodeKey.generate(KeyType.ED25519), NETWORK)
        .withDiscovery(Discovery.none())
        .withAgent("twine-bench")
        .withLimits(RecordSettings.with(Limits.defaults(), LIMITS));
    node = NodeFactory.create(
        mode,
        config,
        () -> WsConfig.listening("127.0.0.1", 0).withConnectionsPerSecond(SESSIONS),
        NodeServer::p2p);
    AuthorCheck.on(node);
    node.start();
  }

  private static P2pConfig p2p() {
    var defaults = dev.twine.libp2p.core.Limits.defaults();
    ConnectionLimits connections = defaults
        .host()
        .connections()
        .withTotals(SESSIONS, SESSIONS)
        .withWater(SESSIONS, SESSIONS, Duration.ZERO);
    return P2pConfig.listening("/ip4/127.0.0.1/tcp/0").withLimits(defaults.with(connections));
  }

  /** What is raised for a load that no single host sends in earnest; no check is off. */
  static Map<String, String> raised() {
    var raised = new TreeMap<String, String>();
    LIMITS.forEach((key, value) -> raised.put("limits." + key, value));
    raised.put("ws.connections_per_second", "" + SESSIONS);
    raised.put("p2p.connections", "" + SESSIONS);
    return raised;
  }

  @Override
  public InetSocketAddress address() {
    Address address = node.addresses().get(0);
    return new InetSocketAddress(address.host(), address.port());
  }

  /** One for each transport of the node. */
  List<Endpoint> endpoints() {
    return node.addresses().stream().map(this::endpoint).toList();
  }

  private Endpoint endpoint(Address address) {
    SinkWire wire =
        address.transport() == TransportKind.WS ? SinkWire.GOSSIP : SinkWire.GOSSIP_STREAM;
    return new Endpoint(wire, address.host(), address.port(), Optional.of(node.nodeId()));
  }

  @Override
  public int receivers() {
    return node.peers().list().size();
  }

  @Override
  public void broadcast(byte[] payload) throws InterruptedException {
    Receipt receipt = node.broadcast(TAG, payload);
    while (!receipt.accepted()) {
      if (receipt.refusal().orElseThrow() != Receipt.Refusal.LANE_FULL) {
        throw new IllegalStateException("refused: " + receipt.refusal());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      receipt = node.broadcast(TAG, payload);
    }
    unmarked += BroadcastServer.units(payload.length);
    if (unmarked >= STRIDE) {
      unmarked = 0;
      queued.add(receipt);
      if (queued.size() > 1) {
        queued.remove().awaitQueued(QUEUED);
        awaitThoseBehind();
      }
    }
  }

  private void awaitThoseBehind() throws InterruptedException {
    long end = System.nanoTime() + QUEUED.toNanos();
    while (mostBehind() > MAX_BEHIND && System.nanoTime() - end < 0) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private int mostBehind() {
    return node.peers().list().stream().mapToInt(PeerInfo::bulkQueue).max().orElse(0);
  }

  @Override
  public void close() {
    node.close();
  }
}
