package dev.twine.network;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Whose limits an address counts towards, wherever connections or requests are limited by address.
 *
 * <p>An IPv4 address stands for itself. Of an IPv6 address the first 56 bits count: providers assign
 * that much or more to a customer (RIPE-690, section 4.2), who can use any number of addresses and
 * 256 networks of 64 bits in it. Limits by single address, or by /64, would bind nobody; a shorter
 * prefix would make one customer pay for another. go-libp2p draws its first line at /56 too.
 */
public final class AddressGroup {
  private static final int IPV6_CUSTOMER_BYTES = 7;

  private AddressGroup() {}

  /** The address itself, or of IPv6 the network that it belongs to. */
  public static InetAddress of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] network = address.getAddress();
    Arrays.fill(network, IPV6_CUSTOMER_BYTES, network.length, (byte) 0);
    try {
      return InetAddress.getByAddress(network);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("sixteen bytes are an IPv6 address", e);
    }
  }
}
