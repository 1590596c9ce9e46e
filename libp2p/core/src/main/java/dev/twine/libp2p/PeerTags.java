package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the protocols of a host think of its peers: which connections to keep when there are too
 * many. Any thread.
 *
 * <p>Tags outlive connections, so that a peer that comes back is known; at most {@value
 * #MAX_PEERS} peers have some.
 */
public final class PeerTags {
  static final int MAX_PEERS = 10_000;

  private final Map<NodeId, Map<String, Integer>> values = new HashMap<>();
  private final Map<NodeId, Set<String>> protections = new HashMap<>();

  PeerTags() {}

  /**
   * Gives a peer a value under a name of the caller's choice, instead of its last one of that name.
   *
   * @return false if too many peers have tags already
   */
  public synchronized boolean tag(NodeId peer, String name, int value) {
    if (!values.containsKey(peer) && values.size() >= MAX_PEERS) {
      return false;
    }
    values.computeIfAbsent(peer, key -> new HashMap<>()).put(name, value);
    return true;
  }

  public synchronized void untag(NodeId peer, String name) {
    Map<String, Integer> tags = values.get(peer);
    if (tags != null && tags.remove(name) != null && tags.isEmpty()) {
      values.remove(peer);
    }
  }

  /**
   * Spares a peer from trimming until every name is unprotected again.
   *
   * @return false if too many peers are protected already
   */
  public synchronized boolean protect(NodeId peer, String name) {
    if (!protections.containsKey(peer) && protections.size() >= MAX_PEERS) {
      return false;
    }
    protections.computeIfAbsent(peer, key -> new HashSet<>()).add(name);
    return true;
  }

  /** True if the peer is still protected under another name. */
  public synchronized boolean unprotect(NodeId peer, String name) {
    Set<String> names = protections.get(peer);
    if (names == null) {
      return false;
    }
    names.remove(name);
    if (names.isEmpty()) {
      protections.remove(peer);
    }
    return !names.isEmpty();
  }

  public synchronized boolean isProtected(NodeId peer) {
    return protections.containsKey(peer);
  }

  /** The sum of the peer's tags. */
  public synchronized int value(NodeId peer) {
    long sum = 0;
    for (int value : values.getOrDefault(peer, Map.of()).values()) {
      sum += value;
    }
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, sum));
  }
}
