package dev.twine.libp2p.core.upgrade;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.MemoryBudget;
import dev.twine.libp2p.core.MemoryLimits;
import dev.twine.libp2p.core.Refusals;
import java.util.concurrent.ConcurrentHashMap;

/** The memory that the streams of each connected peer may use. Any thread. */
public final class PeerMemory {
  static final String PER_PEER = "memory.perPeer";
  static final String TOTAL = "memory.total";

  private record Share(MemoryBudget budget, int connections) {}

  private final MemoryLimits limits;
  private final MemoryBudget total;
  private final ConcurrentHashMap<NodeId, Share> peers = new ConcurrentHashMap<>();

  public PeerMemory(MemoryLimits limits, Refusals refusals) {
    this.limits = limits;
    this.total = MemoryBudget.of(limits.total(), TOTAL, refusals);
  }

  /** What all peers use. */
  public long used() {
    return total.used();
  }

  /** The budget of a peer for one more connection, until {@link #close}. */
  MemoryBudget open(NodeId peer) {
    return peers
        .compute(
            peer,
            (key, share) -> share == null
                ? new Share(total.part(limits.perPeer(), PER_PEER), 1)
                : new Share(share.budget(), share.connections() + 1))
        .budget();
  }

  /** A connection has ended. */
  void close(NodeId peer) {
    peers.computeIfPresent(
        peer,
        (key, share) ->
            share.connections() == 1 ? null : new Share(share.budget(), share.connections() - 1));
  }

  /** Peers with a connection. */
  int peers() {
    return peers.size();
  }
}
