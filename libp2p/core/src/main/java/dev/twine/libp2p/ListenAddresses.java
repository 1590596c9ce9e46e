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
  private static final String ANY_4 = "/ip4/0.0.0.0/";
  private static final String ANY_6 = "/ip6/::/";

  /** Addresses that a host tells; an identify message holds about this many. */
  private static final int MAX = 32;

  private ListenAddresses() {}

  /** Replaces an unspecified IP by those of this machine. */
  static List<Multiaddr> expand(List<Multiaddr> bound) {
    Set<Multiaddr> all = new LinkedHashSet<>();
    for (Multiaddr address : bound) {
      String text = address.toString();
      if (text.startsWith(ANY_4)) {
        localIps(true).forEach(ip -> all.add(with("/ip4/" + ip + "/", text, ANY_4)));
      } else if (text.startsWith(ANY_6)) {
        localIps(false).forEach(ip -> all.add(with("/ip6/" + ip + "/", text, ANY_6)));
      } else {
        all.add(address);
      }
    }
    return all.stream().limit(MAX).toList();
  }

  private static Multiaddr with(String prefix, String text, String any) {
    return Multiaddr.parse(prefix + text.substring(any.length()));
  }

  /** Without a zone: link-local addresses mean nothing to a peer. */
  private static List<String> localIps(boolean v4) {
    List<String> found = new ArrayList<>();
    try {
      for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress ip : Collections.list(card.getInetAddresses())) {
          if (ip instanceof Inet4Address == v4 && !ip.isLinkLocalAddress()) {
            String text = ip.getHostAddress();
            int zone = text.indexOf('%');
            found.add(zone < 0 ? text : text.substring(0, zone));
          }
        }
      }
    } catch (SocketException noInterfaces) {
      return List.of();
    }
    return found;
  }
}
