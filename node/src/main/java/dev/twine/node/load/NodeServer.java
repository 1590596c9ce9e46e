package dev.twine.node.load;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.network.Address;
import dev.twine.network.Backlog;
import dev.twine.network.GossipNode;
import dev.twine.network.Lane;
import dev.twine.network.Tag;
import dev.twine.network.TransportKind;
import dev.twine.node.bench.BroadcastServer;
import dev.twine.node.config.AuthorCheck;
import dev.twine.node.config.Mode;
import dev.twine.node.config.NodeFactory;
import dev.twine.node.config.RecordKeys;
import dev.twine.p2p.P2pConfig;
import dev.twine.ws.WsConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A real node as a broadcast server.
 *
 * <p>It paces itself as an application can, by {@code awaitBacklog}, so that nothing is dropped.
 */
final class NodeServer implements BroadcastServer {
  static final String NETWORK = "bench";
  /** go-algorand's tag of bulk messages, which peers get without asking. */
  static final Tag TAG = TagTable.TX;

  /** What is handed over after each look at the backlog. */
  private static final int STRIDE = WINDOW / 4;

  /**
   * Half of the window, and so half of what the queue of a peer that lags holds by default. With a
   * stride more there is room left for the headers of frames, which count there.
   */
  private static final Backlog BACKLOG = new Backlog(WINDOW / 2, WINDOW / 2 * UNIT_BYTES);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int SESSIONS = 10_000;
  private static final Map<String, String> LIMITS = Map.of(
      "sessions.total", "" + SESSIONS,
      "sessions.unidentified", "" + SESSIONS,
      "sessions.pending_handshakes", "" + SESSIONS,
      "inbound.duplicate_ids", "5000000",
      "inbound.duplicate_ttl", "30s");

  private final GossipNode node;
  private int sinceLook = STRIDE;

  NodeServer(Mode mode) {
    GossipConfig config = GossipConfig.of(NodeKey.generate(KeyType.ED25519), NETWORK)
        .withDiscovery(Discovery.none())
        .withAgent("twine-bench")
        .withLimits(RecordKeys.limits(LIMITS));
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
    if (sinceLook >= STRIDE) {
      if (!node.awaitBacklog(Lane.BULK, BACKLOG, PATIENCE)) {
        throw new IllegalStateException("a receiver takes nothing any more");
      }
      sinceLook = 0;
    }
    sinceLook += BroadcastServer.units(payload.length);
    node.broadcast(TAG, payload).refusal().ifPresent(refusal -> {
      throw new IllegalStateException("refused: " + refusal);
    });
  }

  @Override
  public void close() {
    node.close();
  }
}
