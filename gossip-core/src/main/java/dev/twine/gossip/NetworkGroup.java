package dev.twine.gossip;

import dev.twine.network.Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * Addresses that one party is likely to have many of: an IPv4 /16, an IPv6 /32, a domain. As in
 * Bitcoin's address manager, so many are cheap to have, and in many different ones are not.
 */
final class NetworkGroup {
  private static final int IPV4_BYTES = 2;
  private static final int IPV6_BYTES = 4;

  private NetworkGroup() {}

  static String of(Address address) {
    Optional<InetAddress> ip = AddressScope.literal(address.host());
    return ip.isPresent() ? of(ip.get()) : domain(address.host());
  }

  static String of(InetAddress ip) {
    int bytes = ip instanceof Inet6Address ? IPV6_BYTES : IPV4_BYTES;
    String kind = ip instanceof Inet6Address ? "ip6 " : "ip4 ";
    return kind + HexFormat.of().formatHex(ip.getAddress(), 0, bytes);
  }

  /** The last two labels: who owns a domain makes any number of names below it. */
  private static String domain(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    int last = name.lastIndexOf('.');
    int before = last < 0 ? -1 : name.lastIndexOf('.', last - 1);
    return "dns " + name.substring(before + 1);
  }
}
