package dev.twine.p2p;

import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.TransportContext;
import dev.twine.identity.NodeId;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.NameResolver;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.network.Address;
import dev.twine.network.Metric;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A started libp2p host with the gossip protocol on it. Safe for use by several threads. */
final class GossipHost {
  private static final Logger LOG = LoggerFactory.getLogger(GossipHost.class);

  /** What identify tells of the family of networks. */
  private static final String PROTOCOL_VERSION = "twine/0.1";

  /** For the farewells of sessions, which the engine closes after the transport. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** From the last frame of a connection to its end. */
  private static final long END_MILLIS = 100;

  private final TransportContext context;
  private final GossipStreams streams;
  private final ServiceStreams services;
  private final Host host;
  private final Set<GossipDial> dials = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean closed;

  private GossipHost(
      TransportContext context, GossipStreams streams, ServiceStreams services, Host host) {
    this.context = context;
    this.streams = streams;
    this.services = services;
    this.host = host;
  }

  /** Binds everything or nothing. */
  static GossipHost start(
      TransportContext context, P2pConfig config, @Nullable NameResolver names) {
    var services = new ServiceStreams(context.services(), config.http(), context::refused);
    var streams = new GossipStreams(context, services);
    var builder = Host.builder()
        .key(context.local().key())
        .identifyAs(PROTOCOL_VERSION, context.local().agent())
        .eventLoops(context.loops().group())
        .limits(config.limits());
    config.listen().forEach(address -> builder.listen(address.toString()));
    List.<StreamProtocol>of(streams, services).forEach(builder::protocol);
    if (names != null) {
      builder.resolver(names);
    }
    try {
      Host host = builder.start();
      streams.attach(host);
      return new GossipHost(context, streams, services, host);
    } catch (Libp2pException e) {
      throw new TwineException(Code.CANNOT_LISTEN, e.what(), e.value(), e.remedy(), e);
    }
  }

  Host host() {
    return host;
  }

  /** With real ports, and the ID of this node on their ends. */
  List<Address> addresses() {
    NodeId self = host.id();
    return host.addresses().stream()
        .map(address -> Address.parse(address.withPeer(self).toString()))
        .toList();
  }

  CompletableFuture<SessionHandle> dial(Address address, Duration deadline) {
    NodeId peer;
    Multiaddr target;
    try {
      peer = expected(address);
      target = P2pConfig.multiaddr(address);
    } catch (TwineException e) {
      return CompletableFuture.failedFuture(e);
    }
    var dial = new GossipDial(address, context.clock(), deadline);
    dials.add(dial);
    streams.want(peer);
    dial.result().whenComplete((session, failure) -> {
      dials.remove(dial);
      streams.unwant(peer);
    });
    reach(dial, peer, target);
    if (closed) {
      dial.fail(DialStep.CLOSED);
    }
    return dial.result();
  }

  /** Over the connection that is there, or else a new one. */
  private void reach(GossipDial dial, NodeId peer, Multiaddr target) {
    List<Connection> before = host.connections(peer);
    connect(dial, peer, target).thenAccept(connection -> {
      GossipDial over = before.contains(connection)
          ? dial.part(reason -> reachAgain(dial, reason, connection, target))
          : dial;
      streams.link(connection).join(over);
    });
  }

  /** A connection that was there, or its session, may have been about to end: that is no answer. */
  private void reachAgain(GossipDial dial, Refusal reason, Connection before, Multiaddr target) {
    if (!reason.ended()) {
      dial.fail(reason);
      return;
    }
    before
        .closed()
        .orTimeout(END_MILLIS, TimeUnit.MILLISECONDS)
        .whenComplete((end, stillThere) -> connect(dial, before.peer(), target)
            .thenAccept(connection -> streams.link(connection).join(dial)));
  }

  private CompletableFuture<Connection> connect(GossipDial dial, NodeId peer, Multiaddr target) {
    CompletableFuture<Connection> connecting = host.connect(peer, List.of(target));
    dial.result().whenComplete((session, failure) -> connecting.cancel(true));
    connecting.whenComplete((connection, failure) -> {
      if (failure != null) {
        dial.fail(DialStep.CONNECT.failed(failure));
      }
    });
    return connecting;
  }

  /** The addresses of peers under a name. */
  CompletableFuture<List<Address>> lookUp(String name) {
    return host.peersUnder(name)
        .thenApply(found -> found.stream().flatMap(GossipHost::address).toList());
  }

  /** Nothing for what libp2p may dial, and this transport does not. */
  private static Stream<Address> address(Multiaddr found) {
    try {
      return Stream.of(Address.parse(found.toString()));
    } catch (TwineException otherForm) {
      return Stream.empty();
    }
  }

  List<Metric> metrics() {
    return HostMetrics.of(host.stats());
  }

  void close() {
    closed = true;
    dials.forEach(dial -> dial.fail(DialStep.CLOSED));
    streams.giveUp();
    services.close();
    host.shutdown(GRACE)
        .exceptionally(failure -> {
          LOG.warn("the libp2p host did not close", failure);
          return null;
        })
        .thenRun(() -> ended.complete(null));
  }

  /** Once closed, and all its connections with it. */
  CompletableFuture<Void> closed() {
    return ended.copy();
  }

  private NodeId expected(Address address) {
    NodeId peer = address
        .nodeId()
        .orElseThrow(() -> new TwineException(
            Code.BAD_VALUE,
            "no node ID in the address",
            address.toString(),
            "end it with /p2p/ and the ID of the node, as that node prints it"));
    if (peer.equals(context.local().nodeId())) {
      throw new TwineException(
          Code.SELF, "the address of this node", address.toString(), "dial another one");
    }
    return peer;
  }
}
