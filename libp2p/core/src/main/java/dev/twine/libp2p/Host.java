package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.HostListener;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.LocalHost;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.NameLimits;
import dev.twine.libp2p.core.Registration;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.libp2p.core.dns.LookupBudget;
import dev.twine.libp2p.core.dns.PeersUnderName;
import dev.twine.libp2p.core.identify.Identify;
import dev.twine.libp2p.core.ping.Ping;
import dev.twine.libp2p.core.transport.Loops;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A libp2p host: listens, dials, and opens streams to peers.
 *
 * <pre>{@code
 * try (Host host = Host.builder().listen("/ip4/127.0.0.1/tcp/0").start()) {
 *   host.handle(new Echo());
 *   Connection peer = host.connect(Multiaddr.parse("/ip4/...")).get(10, TimeUnit.SECONDS);
 * }
 * }</pre>
 *
 * <p>Any thread may call any method, but {@link HostBuilder#start} and {@link #close} block and
 * refuse to run on an event loop. Futures complete on event loops: what depends on them must not
 * block either. Failures are {@link Libp2pException}s.
 */
public final class Host implements LocalHost, AutoCloseable {
  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);

  private final HostSettings settings;
  private final HostParts parts;
  private final Dialler dialler;
  private final Listening listening;
  private final HostListeners listeners = new HostListeners();
  private final HostEnd end;
  private final SelfIntroduction introduction;

  private Host(HostSettings settings, HostParts parts) {
    this.settings = settings;
    this.parts = parts;
    Dialler.Parts network = parts.network(settings, this::register);
    this.listening = new Listening(network, settings.limits().host().handshakes());
    this.dialler = new Dialler(network, listening::addresses);
    this.end = new HostEnd(parts, dialler, listening);
    var names = new SelfIntroduction.Names(settings.protocolVersion(), settings.agent());
    this.introduction = new SelfIntroduction(
        this, names, parts.identifyEnvironment(), parts.loops().next());
    listeners.add(introduction);
    parts.protocols().onChange(() -> listeners.tell(HostListener::changed));
  }

  /** A builder with all defaults. */
  public static HostBuilder builder() {
    return new HostBuilder();
  }

  static Host start(HostSettings settings) {
    HostParts parts = new HostParts(settings);
    Host host;
    try {
      host = new Host(settings, parts);
    } catch (RuntimeException failed) {
      parts.close();
      throw failed;
    }
    try {
      host.handle(new Ping());
      host.identify().protocols().forEach(host::handle);
      settings.protocols().forEach(host::handle);
      host.listening.bind(settings.listen());
      host.introduction.refresh();
      return host;
    } catch (RuntimeException failed) {
      host.close();
      throw failed;
    }
  }

  /** Who this host is: what its addresses end with, after {@code /p2p/}. */
  public NodeId id() {
    return settings.key().nodeId();
  }

  @Override
  public NodeKey key() {
    return settings.key();
  }

  @Override
  public List<Multiaddr> addresses() {
    return listening.addresses();
  }

  @Override
  public Set<String> protocols() {
    return parts.protocols().ids();
  }

  /**
   * Whom {@code /dnsaddr/NAME} leads to when no peer is known yet: addresses, each with the ID of its
   * peer on its end, by the TXT records of the name. Bounded by the limits of names.
   */
  public CompletableFuture<List<Multiaddr>> peersUnder(String name) {
    NameLimits limits = settings.limits().dialling().names();
    var budget = new LookupBudget(limits, parts.refusals());
    return parts
        .resolver()
        .texts(PeersUnderName.question(name))
        .copy() // The deadline must not complete a future that the resolver shares.
        .orTimeout(limits.deadline().toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(texts -> PeersUnderName.read(name, texts, budget));
  }

  /**
   * The open connection to the peer, unless it goes away, or a new one to the first of its addresses
   * that answers.
   * Cancelling the future gives the dial up, unless somebody else waits for it too.
   *
   * @param addresses each with the same {@code /p2p} ID on its end
   */
  public CompletableFuture<Connection> connect(Multiaddr... addresses) {
    List<Multiaddr> all = List.of(addresses);
    List<NodeId> ids =
        all.stream().flatMap(one -> one.peerId().stream()).distinct().toList();
    if (ids.size() != 1 || !all.stream().allMatch(one -> one.peerId().isPresent())) {
      return CompletableFuture.failedFuture(new Libp2pException(
          FailureReason.BAD_ADDRESS,
          "not the addresses of one peer",
          all.toString(),
          "end each with /p2p/ and the same ID"));
    }
    return connect(ids.get(0), all);
  }

  /**
   * As {@link #connect(Multiaddr...)}.
   *
   * @param addresses with or without the ID
   */
  public CompletableFuture<Connection> connect(NodeId peer, Collection<Multiaddr> addresses) {
    Optional<Connection> open = parts.table().find(peer);
    if (open.isPresent()) {
      return CompletableFuture.completedFuture(open.get());
    }
    if (peer.equals(id())) {
      return CompletableFuture.failedFuture(new Libp2pException(
          FailureReason.BAD_ADDRESS,
          "this host's own ID",
          peer.toString(),
          "remove its own addresses from the peers"));
    }
    return dialler.dial(peer, addresses);
  }

  /** Opens a stream on the peer's oldest connection that takes one; fails if there is none. */
  public CompletableFuture<StreamChannel> open(NodeId peer, StreamRequest request) {
    return parts
        .table()
        .find(peer)
        .map(found -> found.open(request))
        .orElseGet(() -> CompletableFuture.failedFuture(new Libp2pException(
            FailureReason.CLOSED, "not connected", peer.toString(), "connect first")));
  }

  /**
   * Answers a protocol until the registration is closed; streams that are open then go on.
   *
   * @throws IllegalArgumentException if one of its names is taken
   */
  public Registration handle(StreamProtocol protocol) {
    return parts.protocols().add(protocol);
  }

  /** The connected peers, without a fixed order. */
  public List<Peer> peers() {
    return parts.table().peers();
  }

  @Override
  public Collection<Connection> connections() {
    return parts.table().connections();
  }

  /** The connections to that peer, the oldest first; none if it is not connected. */
  public List<Connection> connections(NodeId peer) {
    return parts.table().connections(peer);
  }

  @Override
  public Registration addListener(HostListener listener) {
    return listeners.add(listener);
  }

  /** Values and protection of peers, for when there are too many connections. */
  public PeerTags tags() {
    return parts.tags();
  }

  /** What the peers say about themselves, asked on every new connection. */
  public Identify identify() {
    return introduction.identify();
  }

  /** Counts of now, and of what was refused so far. */
  public HostStats stats() {
    return HostStats.of(parts);
  }

  /**
   * Stops listening and dialling, lets open streams end for at most {@code grace}, and closes. The
   * future completes when every connection is closed and the host's own threads have ended.
   */
  public CompletableFuture<Void> shutdown(Duration grace) {
    return end.begin(grace);
  }

  /**
   * Closes at once and waits for it.
   *
   * @throws IllegalStateException on an event loop; use {@link #shutdown} there
   */
  @Override
  public void close() {
    if (Loops.isCurrent(parts.loops())) {
      throw new IllegalStateException("close on an event loop: it would wait: use shutdown");
    }
    try {
      shutdown(Duration.ZERO).get(CLOSE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException late) {
      throw new Libp2pException(
          FailureReason.TIMEOUT,
          "not closed within " + CLOSE_DEADLINE,
          id().toString(),
          "look for a handler that blocks its event loop",
          late);
    }
  }

  @Override
  public String toString() {
    return "libp2p host " + id();
  }

  /** Takes an upgraded connection in; on its loop, before its first stream. */
  private void register(Connection connection) {
    end.refuseWhenClosing();
    parts.table().add(connection);
    listeners.tell(listener -> listener.connected(connection));
    connection.closed().thenAccept(reason -> {
      parts.table().remove(connection);
      listeners.tell(listener -> listener.disconnected(connection, reason));
    });
    if (end.isClosing()) {
      connection.close();
    } else if (parts.table().size()
        > settings.limits().host().connections().water().high()) {
      long grace = settings.limits().host().connections().water().grace().toMillis();
      parts.loops().next().execute(parts.table()::trim);
      parts.loops().next().schedule(parts.table()::trim, grace + 1, TimeUnit.MILLISECONDS);
    }
  }
}
