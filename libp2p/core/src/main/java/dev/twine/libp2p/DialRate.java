package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Multiaddr;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How often one host may be dialled in any minute, whoever brings its address and whatever its port:
 * with invented peers and ports others could make this host a nuisance to it. What has reached the
 * peer that it was for does not count, so that peers who are there can be dialled again and again.
 * Any thread.
 */
final class DialRate {
  static final String PER_TARGET = "dials.perTarget";

  /** Targets remembered; those dialled longest ago make room. */
  static final int MAX_TARGETS = 10_000;

  private static final long MINUTE = 60_000_000_000L;

  private record Dial(NodeId peer, long nanos) {
    boolean isOld(long nowNanos) {
      return nowNanos - nanos >= MINUTE;
    }
  }

  private final int perMinute;

  /** The one dialled longest ago first; of each the oldest dial first. None is empty. */
  private final Map<IpGroup, ArrayDeque<Dial>> targets = new LinkedHashMap<>();

  DialRate(int perMinute) {
    this.perMinute = perMinute;
  }

  /** Counts a dial, unless there were too many: then false. */
  boolean start(Multiaddr resolved, NodeId peer, long nowNanos) {
    return group(resolved).map(target -> start(target, peer, nowNanos)).orElse(true);
  }

  /** Forgets what was dialled there for a peer that has now proven to be there. */
  synchronized void reached(Multiaddr resolved, NodeId peer) {
    group(resolved)
        .ifPresent(target -> targets.computeIfPresent(target, (key, dials) -> {
          dials.removeIf(dial -> dial.peer().equals(peer));
          return dials.isEmpty() ? null : dials;
        }));
  }

  synchronized int size() {
    return targets.size();
  }

  private synchronized boolean start(IpGroup target, NodeId peer, long nowNanos) {
    forgetOld(nowNanos);
    ArrayDeque<Dial> dials = targets.getOrDefault(target, new ArrayDeque<>(1));
    while (!dials.isEmpty() && dials.getFirst().isOld(nowNanos)) {
      dials.removeFirst();
    }
    if (dials.size() >= perMinute) {
      return false;
    }
    dials.add(new Dial(peer, nowNanos));
    targets.remove(target);
    targets.put(target, dials);
    return true;
  }

  /** And makes room for one. */
  private void forgetOld(long nowNanos) {
    Iterator<ArrayDeque<Dial>> oldest = targets.values().iterator();
    while (oldest.hasNext()
        && (oldest.next().getLast().isOld(nowNanos) || targets.size() >= MAX_TARGETS)) {
      oldest.remove();
    }
  }

  /** Nothing for what has no IP and for loopback: whoever is on this machine needs no help. */
  private static Optional<IpGroup> group(Multiaddr resolved) {
    return resolved.ip().filter(ip -> !ip.isLoopbackAddress()).map(IpGroup::address);
  }
}
