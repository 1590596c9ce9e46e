package dev.twine.ws;

import dev.twine.network.AddressGroup;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections that were accepted and have not said yet what they want, oldest first.
 *
 * <p>When there are too many, the oldest one of the address that has most of them goes. An honest
 * peer finishes within milliseconds, so a flood of silent connections pushes out itself. Safe for
 * several threads; nothing is closed under the lock.
 */
final class PendingHandshakes {
  private final int max;
  private final Map<Channel, InetAddress> pending = new LinkedHashMap<>();

  PendingHandshakes(int max) {
    this.max = max;
  }

  /** Adds one, and returns another one that has to go, if any. */
  synchronized @Nullable Channel add(Channel channel, InetAddress remote) {
    pending.put(channel, AddressGroup.of(remote));
    if (pending.size() <= max) {
      return null;
    }
    Channel oldest = oldestOf(most());
    pending.remove(oldest);
    return oldest;
  }

  /** True if it was still pending. */
  synchronized boolean remove(Channel channel) {
    return pending.remove(channel) != null;
  }

  synchronized int size() {
    return pending.size();
  }

  /** The site with most entries; among equals the one that got there first. */
  private InetAddress most() {
    var counts = new HashMap<InetAddress, Integer>();
    InetAddress most = null;
    int record = 0;
    for (InetAddress site : pending.values()) {
      int count = counts.merge(site, 1, Integer::sum);
      if (most == null || count > record) {
        most = site;
        record = count;
      }
    }
    if (most == null) {
      throw new IllegalStateException("nothing is pending");
    }
    return most;
  }

  private Channel oldestOf(InetAddress site) {
    for (var entry : pending.entrySet()) {
      if (entry.getValue().equals(site)) {
        return entry.getKey();
      }
    }
    throw new IllegalStateException("nothing is pending of that site");
  }
}
