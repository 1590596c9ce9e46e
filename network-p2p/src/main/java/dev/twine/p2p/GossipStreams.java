package dev.twine.p2p;

import dev.twine.gossip.ServiceRoute;
import dev.twine.gossip.TransportContext;
import dev.twine.identity.NodeId;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.HostListener;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.identify.IdentifyInfo;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The gossip protocol on a libp2p host: a {@link Link} for each connection, and the peers with whom a
 * dial of this node wants gossip. Safe for use by several threads.
 */
final class GossipStreams implements StreamProtocol, HostListener {
  /** With metainfo. */
  static final String V22 = "/algorand-ws/2.2.0";

  /** Without: one byte, and no features. */
  static final String V1 = "/algorand-ws/1.0.0";

  /** One that is open, and one that is about to take its place. */
  private static final int MAX_INBOUND = 2;

  private final TransportContext context;
  private final ServiceStreams services;
  private final ConcurrentHashMap<Connection, Link> links = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<NodeId, Integer> wanted = new ConcurrentHashMap<>();

  /** Null for the moment between the first connection and the end of the host's start. */
  private volatile @Nullable Host host;

  /** The services of the same connections are what sessions have as the way to their peer's. */
  GossipStreams(TransportContext context, ServiceStreams services) {
    this.context = context;
    this.services = services;
  }

  /** The host has started; connections that came before are caught up with. */
  void attach(Host started) {
    host = started;
    started.addListener(this);
    started.connections().forEach(this::connected);
  }

  TransportContext context() {
    return context;
  }

  /** The way to the services of the peer at the other end. */
  ServiceRoute serviceRoute(Connection connection) {
    return services.route(connection, () -> identified(connection));
  }

  /** What the peer has said about itself, as far as it has. */
  Optional<IdentifyInfo> identified(Connection connection) {
    Host started = host;
    return started == null ? Optional.empty() : started.identify().known(connection);
  }

  @Nullable
  Host host() {
    return host;
  }

  /** Until {@link #unwant}, gossip may run over connections to that peer that this node dialled. */
  void want(NodeId peer) {
    wanted.merge(peer, 1, Integer::sum);
  }

  void unwant(NodeId peer) {
    wanted.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
  }

  boolean isWanted(NodeId peer) {
    return wanted.containsKey(peer);
  }

  /** What is known of a connection; the same object until it has ended. */
  Link link(Connection connection) {
    Link known = links.get(connection);
    if (known != null) {
      return known;
    }
    var fresh = new Link(this, connection);
    known = links.putIfAbsent(connection, fresh);
    if (known != null) {
      return known;
    }
    connection.closed().thenAccept(reason -> {
      links.remove(connection, fresh);
      fresh.disconnected(reason);
    });
    fresh.begin();
    return fresh;
  }

  /** Ends the handshakes that are under way. */
  void giveUp() {
    links.values().forEach(Link::giveUp);
  }

  @Override
  public void connected(Connection connection) {
    link(connection);
  }

  @Override
  public List<String> ids() {
    return List.of(V22, V1);
  }

  @Override
  public int maxInboundPerConnection() {
    return MAX_INBOUND;
  }

  @Override
  public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
    link(connection).accept(stream);
  }
}
