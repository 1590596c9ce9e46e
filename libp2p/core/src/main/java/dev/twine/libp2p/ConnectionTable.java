package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Refusals;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** The open connections, by peer. Any thread. */
final class ConnectionTable {
  static final String PER_PEER = "connections.perPeer";
  static final String TRIMMED = "connections.trimmed";

  private static final class Entry {
    private final Connection connection;
    private final long sinceNanos;

    /** Trimming has chosen it and it is still closing: it counts no more. */
    private volatile boolean leaving;

    Entry(Connection connection, long sinceNanos) {
      this.connection = connection;
      this.sinceNanos = sinceNanos;
    }

    boolean isUsable() {
      return connection.isOpen() && !leaving && !connection.isGoingAway();
    }
  }

  private final ConnectionLimits limits;
  private final PeerTags tags;
  private final Refusals refusals;
  private final LongSupplier nanoClock;

  /** Lists are replaced, never changed. */
  private final ConcurrentHashMap<NodeId, List<Entry>> peers = new ConcurrentHashMap<>();

  private final AtomicInteger size = new AtomicInteger();

  ConnectionTable(
      ConnectionLimits limits, PeerTags tags, Refusals refusals, LongSupplier nanoClock) {
    this.limits = limits;
    this.tags = tags;
    this.refusals = refusals;
    this.nanoClock = nanoClock;
  }

  /**
   * Adds a connection.
   *
   * @throws Libp2pException with {@link FailureReason#LIMIT} if its peer has too many
   */
  void add(Connection connection) {
    Entry entry = new Entry(connection, nanoClock.getAsLong());
    peers.compute(connection.peer(), (peer, known) -> {
      List<Entry> next = new ArrayList<>(known == null ? List.of() : known);
      if (next.size() >= limits.totals().perPeer()) {
        throw full(connection);
      }
      next.add(entry);
      return List.copyOf(next);
    });
    size.incrementAndGet();
  }

  void remove(Connection connection) {
    peers.computeIfPresent(connection.peer(), (peer, known) -> {
      List<Entry> next = new ArrayList<>(known);
      if (next.removeIf(entry -> entry.connection == connection)) {
        size.decrementAndGet();
      }
      return next.isEmpty() ? null : List.copyOf(next);
    });
  }

  int size() {
    return size.get();
  }

  /** The oldest connection that takes streams: both sides have used that one for longest. */
  Optional<Connection> find(NodeId peer) {
    for (Entry entry : peers.getOrDefault(peer, List.of())) {
      if (entry.isUsable()) {
        return Optional.of(entry.connection);
      }
    }
    return Optional.empty();
  }

  List<Connection> connections() {
    List<Connection> all = new ArrayList<>();
    peers.values().forEach(known -> known.forEach(entry -> all.add(entry.connection)));
    return all;
  }

  /** Those to that peer, the oldest first. */
  List<Connection> connections(NodeId peer) {
    return connections(peers.getOrDefault(peer, List.of()));
  }

  List<Peer> peers() {
    List<Peer> all = new ArrayList<>();
    peers.forEach((id, known) ->
        all.add(new Peer(id, connections(known), tags.value(id), tags.isProtected(id))));
    return all;
  }

  /** Gives connections up if there are too many; each once, however long its close takes. */
  void trim() {
    for (Entry entry : chooseLeaving()) {
      refusals.count(TRIMMED);
      entry.connection.close();
    }
  }

  private synchronized List<Entry> chooseLeaving() {
    if (size.get() <= limits.water().high()) {
      return List.of();
    }
    List<Entry> chosen = Trim.choose(candidates(), limits.water());
    chosen.forEach(entry -> entry.leaving = true);
    return chosen;
  }

  private List<Trim.Candidate<Entry>> candidates() {
    long now = nanoClock.getAsLong();
    List<Trim.Candidate<Entry>> all = new ArrayList<>();
    Set<NodeId> seen = new HashSet<>();
    peers.forEach((id, known) -> known.stream().filter(entry -> !entry.leaving).forEach(entry -> {
      int streams = entry.connection.streams().size();
      boolean spare = !seen.add(id) && streams == 0;
      all.add(new Trim.Candidate<>(
          entry, tags.isProtected(id), spare, tags.value(id), streams, now - entry.sinceNanos));
    }));
    return all;
  }

  private static List<Connection> connections(List<Entry> known) {
    return known.stream().map(entry -> entry.connection).toList();
  }

  private Libp2pException full(Connection connection) {
    refusals.count(PER_PEER);
    return new Libp2pException(
        FailureReason.LIMIT,
        "too many connections to one peer",
        connection.peer().toString(),
        "use one of the " + limits.totals().perPeer() + " that are open");
  }
}
