package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.DialLimits;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.transport.Loops;
import dev.twine.libp2p.core.transport.Transport;
import dev.twine.libp2p.core.upgrade.Upgrader;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Dials peers: one job per peer at a time, which further callers join. Any thread. */
final class Dialler {
  /** What a host gives its dialler. */
  record Parts(
      Loops loops,
      List<Transport> transports,
      Upgrader upgrader,
      DialLimits limits,
      ConnectionGater gater,
      NameResolver resolver,
      Admission admission,
      AcceptPauses pauses,
      Refusals refusals,
      Consumer<Connection> register,
      LongSupplier nanoClock) {}

  private final Parts parts;
  private final DialSlots slots;
  private final DialBackoff backoff;
  private final ConcurrentHashMap<NodeId, DialJob> jobs = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Dialler(Parts parts) {
    this.parts = parts;
    this.slots = new DialSlots(parts.limits().total());
    this.backoff = new DialBackoff(parts.limits());
  }

  /** Dials, or joins the dial under way. Cancelling the last future of a job ends it. */
  CompletableFuture<Connection> dial(NodeId peer, Collection<Multiaddr> addresses) {
    while (!closed) {
      DialJob fresh = new DialJob(this, peer);
      DialJob job = jobs.computeIfAbsent(peer, key -> fresh);
      CompletableFuture<Connection> joined = job.join();
      if (joined != null) {
        if (job == fresh) {
          job.start(addresses);
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

  void ended(DialJob job) {
    jobs.remove(job.peer(), job);
  }

  private static Libp2pException closed(NodeId peer) {
    return new Libp2pException(
        FailureReason.CLOSED, "the host is closed", peer.toString(), "start another host");
  }
}
