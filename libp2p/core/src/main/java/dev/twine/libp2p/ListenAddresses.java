package dev.twine.libp2p;

import dev.twine.libp2p.core.Multiaddr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Turns bound addresses into such as a peer can dial. */
final class ListenAddresses {
  /** Addresses that a host tells; an identify message holds about this many. */
  private static final int MAX = 32;

  private ListenAddresses() {}

  /** Replaces an unspecified IP by those of this machine. */
  static List<Multiaddr> expand(List<Multiaddr> bound) {
    Set<Multiaddr> all = new LinkedHashSet<>();
    for (Multiaddr address : bound) {
      InetAddress ip = address.ip().orElse(null);
      if (ip != null && ip.isAnyLocalAddress()) {
        localIps(ip instanceof Inet4Address).forEach(local -> all.add(address.withIp(local)));
      } else {
        all.add(address);
      }
    }
    return all.stream().limit(MAX).toList();
  }

  /** Without those of one link: they mean nothing to a peer. */
  private static List<InetAddress> localIps(boolean v4) {
    List<InetAddress> found = new ArrayList<>();
    try {
      for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress ip : Collections.list(card.getInetAddresses())) {
          if (ip instanceof Inet4Address == v4 && !ip.isLinkLocalAddress()) {
            found.add(ip);
          }
        }
      }
    } catch (SocketException noInterfaces) {
      return List.of();
    }
    return found;
  }
}
