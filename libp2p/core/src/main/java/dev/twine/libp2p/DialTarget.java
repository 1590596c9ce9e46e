package dev.twine.libp2p;

import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Transport;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * A resolved address to dial.
 *
 * @param address without the peer ID; may hold a name
 * @param resolved the same with an IP of that name
 * @param preference the place of the transport in the host's list
 */
record DialTarget(Multiaddr address, Multiaddr resolved, Transport transport, int preference) {
  /**
   * The order in which to try: near before far, the preferred transport before the others, and in
   * each of these groups IPv6 and IPv4 in turn, IPv6 first (RFC 8305 section 4). What has no IP never
   * leaves this machine.
   */
  static List<DialTarget> rank(List<DialTarget> targets) {
    List<DialTarget> sorted = new ArrayList<>(targets);
    sorted.sort(Comparator.comparing(DialTarget::isFar).thenComparingInt(DialTarget::preference));
    List<DialTarget> ranked = new ArrayList<>(sorted.size());
    int from = 0;
    while (from < sorted.size()) {
      int to = from;
      while (to < sorted.size() && sorted.get(to).isLike(sorted.get(from))) {
        to++;
      }
      interleave(sorted.subList(from, to), ranked);
      from = to;
    }
    return ranked;
  }

  private static void interleave(List<DialTarget> group, List<DialTarget> ranked) {
    Iterator<DialTarget> v6 = group.stream().filter(DialTarget::isV6).iterator();
    Iterator<DialTarget> v4 = group.stream().filter(one -> !one.isV6()).iterator();
    while (v6.hasNext() || v4.hasNext()) {
      if (v6.hasNext()) {
        ranked.add(v6.next());
      }
      if (v4.hasNext()) {
        ranked.add(v4.next());
      }
    }
  }

  private boolean isV6() {
    return resolved.ip().filter(Inet6Address.class::isInstance).isPresent();
  }

  private boolean isFar() {
    return resolved.ip().filter(ip -> !isNear(ip)).isPresent();
  }

  private static boolean isNear(InetAddress ip) {
    return ip.isLoopbackAddress() || ip.isSiteLocalAddress() || ip.isLinkLocalAddress();
  }

  private boolean isLike(DialTarget other) {
    return isFar() == other.isFar() && preference == other.preference;
  }
}
