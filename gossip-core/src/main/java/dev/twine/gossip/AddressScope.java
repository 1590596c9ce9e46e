package dev.twine.gossip;

import dev.twine.network.Address;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;

/**
 * From how far away an address leads to the same place. Wider scopes come later in the order.
 *
 * <p>A node tells a peer, and believes of a peer, only addresses of the scope in which they meet or a
 * wider one: the loopback or private address of somebody else leads into one's own machine or network.
 */
enum AddressScope {
  LOOPBACK,
  /** Ranges that are not routed between networks: RFC 1918, 6598 and 4193. */
  PRIVATE,
  PUBLIC;

  /** Whether an address of this scope means something to a peer that is met in that one. */
  boolean reaches(AddressScope peer) {
    return compareTo(peer) >= 0;
  }

  /**
   * The scope of an address that others may dial. Empty if nobody should: any address, multicast,
   * link-local ones, no port, and names that some resolvers read as numbers.
   */
  static Optional<AddressScope> of(Address address) {
    String host = address.host();
    if (address.port() == 0 || host.indexOf('%') >= 0) {
      return Optional.empty();
    }
    Optional<InetAddress> ip = literal(host);
    return ip.isPresent() ? ofDialled(ip.get()) : ofName(host.toLowerCase(Locale.ROOT));
  }

  /** The scope in which a peer is met. */
  static AddressScope of(InetAddress peer) {
    if (peer.isLoopbackAddress()) {
      return LOOPBACK;
    }
    return peer.isLinkLocalAddress() || isPrivate(peer) ? PRIVATE : PUBLIC;
  }

  /** The IP address that a text is, an embedded IPv4 address as such. */
  static Optional<InetAddress> literal(String host) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an IP address has 4 or 16 bytes", e);
    }
  }

  private static Optional<AddressScope> ofDialled(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    boolean reserved = ip instanceof Inet4Address && (bytes[0] == 0 || (bytes[0] & 0xff) >= 240);
    boolean nowhere = ip.isAnyLocalAddress() || ip.isMulticastAddress() || ip.isLinkLocalAddress();
    return reserved || nowhere ? Optional.empty() : Optional.of(of(ip));
  }

  private static Optional<AddressScope> ofName(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    if (last.isEmpty() || !Character.isLetter(last.charAt(0))) {
      return Optional.empty();
    }
    if (last.equals("localhost")) {
      return Optional.of(LOOPBACK);
    }
    boolean local = last.equals(name) || last.equals("local") || last.equals("internal");
    return Optional.of(local ? PRIVATE : PUBLIC);
  }

  private static boolean isPrivate(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    if (ip instanceof Inet4Address) {
      return ip.isSiteLocalAddress() || (first == 100 && (second & 0xc0) == 64);
    }
    return (first & 0xfe) == 0xfc || ip.isSiteLocalAddress();
  }
}
