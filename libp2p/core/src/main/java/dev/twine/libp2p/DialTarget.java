package dev.twine.libp2p;

import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.transport.Transport;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * A resolved address to dial.
 *
 * @param address without the peer ID; may hold a name
 * @param socket an IP of that name
 */
record DialTarget(Multiaddr address, InetSocketAddress socket, Transport transport) {
  /**
   * The order in which to try: near before far, plain TCP before WebSocket, and in each of these
   * groups IPv6 and IPv4 in turn, IPv6 first (RFC 8305 section 4).
   */
  static List<DialTarget> rank(List<DialTarget> targets) {
    List<DialTarget> sorted = new ArrayList<>(targets);
    sorted.sort(Comparator.comparingInt(DialTarget::group));
    List<DialTarget> ranked = new ArrayList<>(sorted.size());
    int from = 0;
    while (from < sorted.size()) {
      int group = sorted.get(from).group();
      int to = from;
      while (to < sorted.size() && sorted.get(to).group() == group) {
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
    return socket.getAddress() instanceof Inet6Address;
  }

  private int group() {
    var ip = socket.getAddress();
    boolean near = ip.isLoopbackAddress() || ip.isSiteLocalAddress() || ip.isLinkLocalAddress();
    return (near ? 0 : 2) + (address.toString().contains("/ws") ? 1 : 0);
  }
}
