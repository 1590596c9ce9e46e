package dev.twine.libp2p;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * A block of IP addresses that one party is likely to hold.
 *
 * @param prefix the leading bits, the others zero
 * @param bits how many they are
 */
record IpGroup(long prefix, int bits) {
  private static final int IPV4_HOST = 32;
  private static final int IPV4_NETWORK = 24;
  private static final int IPV6_SITE = 56;
  private static final int IPV6_NETWORK = 48;
  private static final int IPV4_REGION = 16;
  private static final int IPV6_REGION = 32;

  /** One IPv4 address, or the IPv6 /56 that a household gets. */
  static IpGroup address(InetAddress address) {
    return of(address, IPV4_HOST, IPV6_SITE);
  }

  /** An IPv4 /24 or the IPv6 /48 that a company gets. */
  static IpGroup network(InetAddress address) {
    return of(address, IPV4_NETWORK, IPV6_NETWORK);
  }

  /** An IPv4 /16 or IPv6 /32, which is what a provider gets. */
  static IpGroup region(InetAddress address) {
    return of(address, IPV4_REGION, IPV6_REGION);
  }

  private static IpGroup of(InetAddress address, int bits4, int bits6) {
    byte[] bytes = address.getAddress();
    long leading = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      leading = (leading << Byte.SIZE) | (i < bytes.length ? bytes[i] & 0xff : 0);
    }
    boolean v4 = address instanceof Inet4Address;
    int bits = v4 ? bits4 : bits6;
    // Sizes of the two families never meet among blocks of one kind, so they share the key.
    return new IpGroup(leading & (-1L << (Long.SIZE - bits)), bits);
  }
}
