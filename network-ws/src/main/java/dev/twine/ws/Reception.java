package dev.twine.ws;

import dev.twine.gossip.IdentityChallenge;
import dev.twine.gossip.ServiceRoute;
import dev.twine.gossip.TransportContext;
import dev.twine.network.Address;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the connections of one listener share: its limits and the names it answers to. */
final class Reception {
  /** HTTP connections beyond the limit that may still ask for the node's health. */
  static final int RESERVED_FOR_HEALTH = 10;

  /** Tells a connection on its loop to go, unless it has said by then what it wants. */
  static final Object EVICTED = new Object();

  private final Dialler dialler;
  private final TransportContext context;
  private final WsConfig config;
  private final ConnectionRates rates = new ConnectionRates();
  private final PendingHandshakes pending;
  private final AtomicInteger httpConnections = new AtomicInteger();
  private final IdentityChallenge.@Nullable Listener identity;

  Reception(Dialler dialler, WsConfig config, IdentityChallenge.@Nullable Listener identity) {
    this.dialler = dialler;
    this.context = dialler.context();
    this.config = config;
    this.identity = identity;
    this.pending = new PendingHandshakes(context.limits().sessions().pendingHandshakes());
  }

  TransportContext context() {
    return context;
  }

  /** For what a handshake computes: signatures and key agreements, which no loop has time for. */
  Executor handshakes() {
    return dialler.handshakes();
  }

  /** The way to the services of a peer that can be dialled there; null if none can be trusted. */
  @Nullable
  ServiceRoute route(Address address) {
    return dialler.route(address, null);
  }

  /** Null if this node's key cannot take part in challenges. */
  IdentityChallenge.@Nullable Listener identity() {
    return identity;
  }

  /** What to do with one more connection. */
  enum Welcome {
    COME_IN,
    COME_LATER,
    BE_GONE
  }

  Welcome arrive(InetAddress remote) {
    if (remote.isLoopbackAddress() && context.limits().sessions().loopbackExempt()) {
      return Welcome.COME_IN;
    }
    int arrivals = rates.arrive(remote, context.clock().nanoTime());
    if (arrivals > 2L * config.connectionsPerSecond()) {
      return Welcome.BE_GONE;
    }
    return arrivals > config.connectionsPerSecond() ? Welcome.COME_LATER : Welcome.COME_IN;
  }

  /**
   * Counts a connection that has not said yet what it wants. Another may have to go for it, which is
   * told so by {@link #EVICTED}: it may just have made up its mind.
   */
  void pend(Channel channel, InetAddress remote) {
    Channel evicted = pending.add(channel, remote);
    if (evicted != null) {
      evicted.pipeline().fireUserEventTriggered(EVICTED);
    }
  }

  void settle(Channel channel) {
    pending.remove(channel);
  }

  /** Takes a slot for HTTP. A slot beyond the limit is for the health check alone. */
  Slot enterHttp() {
    int taken = httpConnections.incrementAndGet();
    if (taken <= config.httpConnections()) {
      return Slot.ANY;
    }
    if (taken <= config.httpConnections() + RESERVED_FOR_HEALTH) {
      return Slot.HEALTH;
    }
    httpConnections.decrementAndGet();
    return Slot.NONE;
  }

  void leaveHttp() {
    httpConnections.decrementAndGet();
  }

  /** What a connection may ask for. */
  enum Slot {
    ANY,
    HEALTH,
    NONE
  }
}
