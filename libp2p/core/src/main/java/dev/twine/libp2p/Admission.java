package dev.twine.libp2p;

import dev.twine.libp2p.PendingHandshakes.Origin;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.libp2p.core.HandshakeLimits;
import dev.twine.libp2p.core.Refusals;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections and handshakes, in all and by origin, and refuses those beyond the limits. Any
 * thread; holds its lock for a few look-ups only.
 */
final class Admission {
  static final String PENDING = "handshakes.pending";
  static final String PENDING_PER_ADDRESS = "handshakes.pendingPerAddress";
  static final String DISPLACED = "handshakes.displaced";
  static final String DESCRIPTORS = "connections.descriptors";
  static final String INBOUND = "connections.inbound";
  static final String OUTBOUND = "connections.outbound";
  static final String TOTAL = "connections.total";
  static final String PER_ADDRESS = "connections.perAddress";
  static final String PER_NETWORK = "connections.perNetwork";
  static final String RATE = "connections.rate";

  /** What there is room for. */
  record Bounds(
      ConnectionLimits connections, HandshakeLimits handshakes, Descriptors descriptors) {}

  private final Bounds bounds;
  private final ConnectionLimits connections;
  private final Refusals refusals;
  private final Runnable freed;
  private final AcceptRate rate;
  private final PendingHandshakes<Ticket> pending;
  private final Map<IpGroup, Integer> byAddress = new HashMap<>();
  private final Map<IpGroup, Integer> byNetwork = new HashMap<>();
  private int inbound;
  private int outbound;

  /**
   * @param freed runs, outside the lock, whenever a connection has closed
   */
  Admission(Bounds bounds, Refusals refusals, Runnable freed) {
    this.bounds = bounds;
    this.connections = bounds.connections();
    this.refusals = refusals;
    this.freed = freed;
    this.rate = new AcceptRate(
        connections.sources().acceptsPerSecond(), connections.sources().acceptBurst());
    this.pending = new PendingHandshakes<>(bounds.handshakes().grace().toNanos());
  }

  /**
   * Null, and counted, if there is no room for a connection from there. Another one may have to give
   * way to it.
   */
  @Nullable
  Ticket accept(InetAddress remote, long nowNanos) {
    Origin origin = Origin.of(remote);
    boolean loopback = remote.isLoopbackAddress();
    Ticket displaced = null;
    Ticket ticket;
    synchronized (this) {
      String full = full(origin, loopback);
      if (full == null && pending.size() >= bounds.handshakes().pending()) {
        displaced = pending.givesWayTo(origin, nowNanos);
        full = displaced == null ? PENDING : null;
      }
      if (full == null && !loopback && !rate.allow(origin.address(), nowNanos)) {
        full = RATE;
      }
      if (full != null) {
        refusals.count(full);
        return null;
      }
      if (displaced != null) {
        refusals.count(DISPLACED);
        pending.remove(displaced);
      }
      ticket = enter(origin, nowNanos);
    }
    if (displaced != null) {
      displaced.displace();
    }
    return ticket;
  }

  /** Null, and counted, if there is no room for a further dial. */
  synchronized @Nullable Ticket dial() {
    if (outbound >= connections.totals().outbound()) {
      refusals.count(OUTBOUND);
      return null;
    }
    String full = full();
    if (full != null) {
      refusals.count(full);
      return null;
    }
    outbound++;
    return new Ticket(null);
  }

  /** Whether there is no descriptor for another connection. */
  synchronized boolean isFull() {
    return bounds.descriptors().isFull(inbound + outbound);
  }

  synchronized int pending() {
    return pending.size();
  }

  synchronized int inbound() {
    return inbound;
  }

  synchronized int outbound() {
    return outbound;
  }

  private Ticket enter(Origin origin, long nowNanos) {
    Ticket ticket = new Ticket(origin);
    pending.add(ticket, origin, nowNanos);
    inbound++;
    byAddress.merge(origin.address(), 1, Integer::sum);
    byNetwork.merge(origin.network(), 1, Integer::sum);
    return ticket;
  }

  private @Nullable String full() {
    if (inbound + outbound >= connections.totals().total()) {
      return TOTAL;
    }
    return isFull() ? DESCRIPTORS : null;
  }

  private @Nullable String full(Origin origin, boolean loopback) {
    if (inbound >= connections.totals().inbound()) {
      return INBOUND;
    }
    String total = full();
    if (total != null || loopback) {
      // Whoever is on this machine has better means to exhaust it.
      return total;
    }
    if (pending.of(origin.address()) >= bounds.handshakes().pendingPerAddress()) {
      return PENDING_PER_ADDRESS;
    }
    if (byAddress.getOrDefault(origin.address(), 0) >= connections.sources().perAddress()) {
      return PER_ADDRESS;
    }
    return byNetwork.getOrDefault(origin.network(), 0) >= connections.sources().perNetwork()
        ? PER_NETWORK
        : null;
  }

  private static void less(Map<IpGroup, Integer> counts, IpGroup group) {
    counts.computeIfPresent(group, (key, count) -> count == 1 ? null : count - 1);
  }

  /** The place of one connection. Each method may be called more often than once. */
  final class Ticket {
    /** Null for a dial. */
    private final @Nullable Origin origin;

    private boolean open = true;
    private boolean displaced;
    private @Nullable Runnable giveWay;

    private Ticket(@Nullable Origin origin) {
      this.origin = origin;
    }

    /** What to do when the handshake has to make room for another; may be now. */
    void whenDisplaced(Runnable action) {
      boolean now;
      synchronized (Admission.this) {
        giveWay = action;
        now = displaced;
      }
      if (now) {
        action.run();
      }
    }

    /** Whether the handshake had to make room for another. */
    boolean isDisplaced() {
      synchronized (Admission.this) {
        return displaced;
      }
    }

    /** The handshake is over, whatever its outcome. */
    void shaken() {
      synchronized (Admission.this) {
        pending.remove(this);
      }
    }

    /** The connection is over. */
    void close() {
      synchronized (Admission.this) {
        if (!open) {
          return;
        }
        open = false;
        pending.remove(this);
        if (origin == null) {
          outbound--;
        } else {
          inbound--;
          less(byAddress, origin.address());
          less(byNetwork, origin.network());
        }
      }
      freed.run();
    }

    private void displace() {
      Runnable action;
      synchronized (Admission.this) {
        displaced = true;
        action = giveWay;
      }
      if (action != null) {
        action.run();
      }
    }
  }
}
