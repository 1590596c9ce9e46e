package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.DialLimits;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.NameResolver;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.TransportContext;
import dev.twine.libp2p.core.upgrade.Upgrader;
import io.netty.channel.group.ChannelGroup;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Dials peers: one job per peer at a time, which further callers join. Any thread. */
final class Dialler {
  /**
   * The room for connections.
   *
   * @param channels of all that were accepted or dialled, upgraded or not
   */
  record Room(Admission admission, AcceptPauses pauses, ChannelGroup channels) {}

  /** What a host gives its dialler. */
  record Parts(
      TransportContext context,
      List<Transport> transports,
      Upgrader upgrader,
      Limits.OfDialling limits,
      ConnectionGater gater,
      NameResolver resolver,
      Room room,
      Refusals refusals,
      Consumer<Connection> register,
      LongSupplier nanoClock) {
    /** The place of the first transport that handles the address; -1 if there is none. */
    int transportOf(Multiaddr address) {
      for (int i = 0; i < transports.size(); i++) {
        if (transports.get(i).handles(address)) {
          return i;
        }
      }
      return -1;
    }

    /** Counts a connection that came to nothing between the socket and its streams, by the reason. */
    void handshakeFailed(Throwable cause) {
      FailureReason reason =
          cause instanceof Libp2pException known ? known.reason() : FailureReason.BAD_HANDSHAKE;
      refusals.count("handshakes." + reason);
    }
  }

  private final Parts parts;
  private final DialSlots slots;
  private final DialBackoff backoff;
  private final DialRate rate;
  private final DialRules rules;
  private final ConcurrentHashMap<NodeId, DialJob> jobs = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param own where the host listens
   */
  Dialler(Parts parts, Supplier<List<Multiaddr>> own) {
    this.parts = parts;
    DialLimits limits = parts.limits().dials();
    this.slots = new DialSlots(limits.counts().total());
    this.backoff = new DialBackoff(limits.backoff());
    this.rate = new DialRate(limits.counts().perTarget());
    this.rules = new DialRules(parts, backoff, own);
  }

  /**
   * Dials, or joins the dial under way and adds the addresses that it does not know. Cancelling the
   * last future of a job ends it.
   */
  CompletableFuture<Connection> dial(NodeId peer, Collection<Multiaddr> addresses) {
    while (!closed) {
      DialJob job = jobs.computeIfAbsent(peer, key -> new DialJob(this, peer));
      CompletableFuture<Connection> joined = job.join(addresses);
      if (joined != null) {
        if (closed) {
          // It may have come after close() had failed all that there were.
          job.fail(closed(peer));
        }
        return joined;
      }
      // It ended between look-up and join.
      jobs.remove(peer, job);
    }
    return CompletableFuture.failedFuture(closed(peer));
  }

  /** Ends every dial. */
  void close() {
    closed = true;
    jobs.forEach((peer, job) -> job.fail(closed(peer)));
  }

  Parts parts() {
    return parts;
  }

  DialSlots slots() {
    return slots;
  }

  DialBackoff backoff() {
    return backoff;
  }

  DialRate rate() {
    return rate;
  }

  DialRules rules() {
    return rules;
  }

  void ended(DialJob job) {
    jobs.remove(job.peer(), job);
  }

  private static Libp2pException closed(NodeId peer) {
    return new Libp2pException(
        FailureReason.CLOSED, "the host is closed", peer.toString(), "start another host");
  }
}
