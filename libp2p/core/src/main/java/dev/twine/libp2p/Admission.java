package dev.twine.libp2p;

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
  static final String INBOUND = "connections.inbound";
  static final String OUTBOUND = "connections.outbound";
  static final String TOTAL = "connections.total";
  static final String PER_ADDRESS = "connections.perAddress";
  static final String PER_NETWORK = "connections.perNetwork";
  static final String RATE = "connections.rate";

  private final ConnectionLimits connections;
  private final HandshakeLimits handshakes;
  private final Refusals refusals;
  private final AcceptRate rate;
  private final Map<IpGroup, Integer> pendingByAddress = new HashMap<>();
  private final Map<IpGroup, Integer> byAddress = new HashMap<>();
  private final Map<IpGroup, Integer> byNetwork = new HashMap<>();
  private int pending;
  private int inbound;
  private int outbound;

  Admission(ConnectionLimits connections, HandshakeLimits handshakes, Refusals refusals) {
    this.connections = connections;
    this.handshakes = handshakes;
    this.refusals = refusals;
    this.rate = new AcceptRate(connections.acceptsPerSecond(), connections.acceptBurst());
  }

  /** Null, and counted, if there is no room for a connection from there. */
  synchronized @Nullable Ticket accept(InetAddress remote, long nowNanos) {
    boolean loopback = remote.isLoopbackAddress();
    IpGroup address = IpGroup.address(remote);
    IpGroup network = IpGroup.network(remote);
    String full = full(address, network, loopback);
    if (full == null && !loopback && !rate.allow(address, nowNanos)) {
      full = RATE;
    }
    if (full != null) {
      refusals.count(full);
      return null;
    }
    pending++;
    inbound++;
    pendingByAddress.merge(address, 1, Integer::sum);
    byAddress.merge(address, 1, Integer::sum);
    byNetwork.merge(network, 1, Integer::sum);
    return new Ticket(address, network);
  }

  /** Null, and counted, if there is no room for a further dial. */
  synchronized @Nullable Ticket dial() {
    if (outbound >= connections.outbound()) {
      refusals.count(OUTBOUND);
      return null;
    }
    if (inbound + outbound >= connections.total()) {
      refusals.count(TOTAL);
      return null;
    }
    outbound++;
    return new Ticket(null, null);
  }

  synchronized int pending() {
    return pending;
  }

  synchronized int inbound() {
    return inbound;
  }

  synchronized int outbound() {
    return outbound;
  }

  private @Nullable String full(IpGroup address, IpGroup network, boolean loopback) {
    if (pending >= handshakes.pending()) {
      return PENDING;
    }
    if (inbound >= connections.inbound()) {
      return INBOUND;
    }
    if (inbound + outbound >= connections.total()) {
      return TOTAL;
    }
    if (loopback) {
      // Whoever is on this machine has better means to exhaust it.
      return null;
    }
    if (pendingByAddress.getOrDefault(address, 0) >= handshakes.pendingPerAddress()) {
      return PENDING_PER_ADDRESS;
    }
    if (byAddress.getOrDefault(address, 0) >= connections.perAddress()) {
      return PER_ADDRESS;
    }
    return byNetwork.getOrDefault(network, 0) >= connections.perNetwork() ? PER_NETWORK : null;
  }

  private static void less(Map<IpGroup, Integer> counts, IpGroup group) {
    counts.computeIfPresent(group, (key, count) -> count == 1 ? null : count - 1);
  }

  /** The place of one connection. Both methods may be called more often than once. */
  final class Ticket {
    private final @Nullable IpGroup address;
    private final @Nullable IpGroup network;
    private boolean shaking;
    private boolean open = true;

    private Ticket(@Nullable IpGroup address, @Nullable IpGroup network) {
      this.address = address;
      this.network = network;
      this.shaking = address != null;
    }

    /** The handshake is over, whatever its outcome. */
    void shaken() {
      synchronized (Admission.this) {
        if (shaking && address != null) {
          shaking = false;
          pending--;
          less(pendingByAddress, address);
        }
      }
    }

    /** The connection is over. */
    void close() {
      shaken();
      synchronized (Admission.this) {
        if (!open) {
          return;
        }
        open = false;
        if (address == null || network == null) {
          outbound--;
          return;
        }
        inbound--;
        less(byAddress, address);
        less(byNetwork, network);
      }
    }
  }
}
