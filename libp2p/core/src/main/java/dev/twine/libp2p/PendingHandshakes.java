package dev.twine.libp2p;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Inbound handshakes under way, and which of them makes room when there are too many: the oldest of
 * the most crowded network of the most crowded region. So whoever holds many places loses them to
 * whoever has few; among equals nobody younger than a grace has to go. Not thread-safe; no clock.
 *
 * @param <K> what stands for a handshake
 */
final class PendingHandshakes<K> {
  /** Looked at for a choice, the oldest first; a flood must not pay for itself in our time. */
  private static final int LOOKS = 256;

  /** The origin of a handshake. */
  record Origin(IpGroup address, IpGroup network, IpGroup region) {
    static Origin of(InetAddress remote) {
      return new Origin(IpGroup.address(remote), IpGroup.network(remote), IpGroup.region(remote));
    }
  }

  private record Place(Origin origin, long sinceNanos) {}

  private final long graceNanos;

  /** The oldest first. */
  private final LinkedHashMap<K, Place> places = new LinkedHashMap<>();

  private final Map<IpGroup, Integer> byAddress = new HashMap<>();
  private final Map<IpGroup, Integer> byNetwork = new HashMap<>();
  private final Map<IpGroup, Integer> byRegion = new HashMap<>();

  PendingHandshakes(long graceNanos) {
    this.graceNanos = graceNanos;
  }

  int size() {
    return places.size();
  }

  int of(IpGroup address) {
    return count(byAddress, address);
  }

  void add(K key, Origin origin, long nowNanos) {
    places.put(key, new Place(origin, nowNanos));
    byAddress.merge(origin.address(), 1, Integer::sum);
    byNetwork.merge(origin.network(), 1, Integer::sum);
    byRegion.merge(origin.region(), 1, Integer::sum);
  }

  /** Whatever its outcome; of one that is not there nothing changes. */
  void remove(K key) {
    Place place = places.remove(key);
    if (place != null) {
      less(byAddress, place.origin().address());
      less(byNetwork, place.origin().network());
      less(byRegion, place.origin().region());
    }
  }

  /** Who gives way to a newcomer from there; null if nobody has to. */
  @Nullable
  K givesWayTo(Origin origin, long nowNanos) {
    K worst = null;
    long crowd = 0;
    long since = 0;
    int looks = 0;
    for (Map.Entry<K, Place> entry : places.entrySet()) {
      long own = crowd(entry.getValue().origin(), 0);
      if (own > crowd) {
        worst = entry.getKey();
        crowd = own;
        since = entry.getValue().sinceNanos();
      }
      if (++looks == LOOKS) {
        break;
      }
    }
    boolean fairer = crowd > crowd(origin, 1);
    return fairer || nowNanos - since >= graceNanos ? worst : null;
  }

  /** By region first, then by network. */
  private long crowd(Origin origin, long more) {
    long region = more + count(byRegion, origin.region());
    long network = more + count(byNetwork, origin.network());
    return (region << Integer.SIZE) + network;
  }

  private static int count(Map<IpGroup, Integer> counts, IpGroup group) {
    return counts.getOrDefault(group, 0);
  }

  private static void less(Map<IpGroup, Integer> counts, IpGroup group) {
    counts.computeIfPresent(group, (key, count) -> count == 1 ? null : count - 1);
  }
}
