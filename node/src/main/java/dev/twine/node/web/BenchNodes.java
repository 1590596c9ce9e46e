package dev.twine.node.web;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.http.PeerHttpConfig;
import dev.twine.http.ServiceLimits;
import dev.twine.http.ServiceLimits.Rate;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.RateLimits;
import dev.twine.network.GossipNode;
import dev.twine.node.config.Mode;
import dev.twine.node.config.NodeFactory;
import dev.twine.node.config.RecordKeys;
import dev.twine.p2p.HttpLimits;
import dev.twine.p2p.P2pConfig;
import dev.twine.ws.WsConfig;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The nodes of the HTTP benchmark: as everybody has them, but for the raised limits. */
final class BenchNodes {
  private static final String NETWORK = "bench";
  private static final int MANY = 1_000_000;
  /** Calls at once, and a few more for those that are just ending. */
  private static final int PARALLEL = 512;

  private static final long BODY = 1L << 40;
  private static final Rate RATE = new Rate(MANY, MANY);
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Map<String, String> SESSIONS =
      Map.of("sessions.pending_handshakes", "" + PARALLEL, "sessions.total", "" + 2 * PARALLEL);

  private BenchNodes() {}

  /** A node, not started, that listens on both transports. */
  static GossipNode serving() {
    return NodeFactory.create(
        Mode.HYBRID,
        config(),
        () -> ws(WsConfig.listening("127.0.0.1", 0)),
        () -> p2p(P2pConfig.listening("/ip4/127.0.0.1/tcp/0")));
  }

  /** A started node that only calls. */
  static GossipNode calling(Mode mode) {
    GossipNode node = NodeFactory.create(
        mode, config(), () -> ws(WsConfig.client()), () -> p2p(P2pConfig.client()));
    node.start();
    return node;
  }

  /** For its client. */
  static PeerHttpConfig calls() {
    return PeerHttpConfig.defaults()
        .withConcurrency(PARALLEL)
        .withRate(RATE, WAIT)
        .withMaxResponseBytes(0);
  }

  static Map<String, String> raised() {
    var raised = new TreeMap<String, String>();
    SESSIONS.forEach((key, value) -> raised.put("limits." + key, value));
    raised.put("http.concurrency", "" + PARALLEL);
    raised.put("http.rate", "" + MANY);
    raised.put("http.body", "" + BODY);
    raised.put("ws.connections_per_second", "" + MANY);
    raised.put("ws.http_connections", "" + PARALLEL);
    raised.put("p2p.streams", "" + PARALLEL);
    raised.put("p2p.streams_per_second", "" + MANY);
    raised.put("p2p.resets_per_10_seconds", "" + MANY);
    return raised;
  }

  private static GossipConfig config() {
    return GossipConfig.of(NodeKey.generate(KeyType.ED25519), NETWORK)
        .withDiscovery(Discovery.none())
        .withAgent("twine-bench")
        .withLimits(RecordKeys.limits(SESSIONS))
        .withServices(ServiceLimits.defaults()
            .withConcurrency(PARALLEL)
            .withRates(RATE, RATE)
            .withMaxBodyBytes(BODY));
  }

  private static WsConfig ws(WsConfig config) {
    return config.withConnectionsPerSecond(MANY).withHttpConnections(PARALLEL);
  }

  private static P2pConfig p2p(P2pConfig config) {
    var limits = config.limits();
    RateLimits rates =
        limits.connection().rates().withOpens(MANY, PARALLEL).withEndings(MANY, MANY);
    return config
        .withHttp(new HttpLimits(PARALLEL, PARALLEL))
        .withLimits(limits
            .with(limits.connection().streams().withStreams(PARALLEL, 2 * PARALLEL))
            .with(rates));
  }
}
