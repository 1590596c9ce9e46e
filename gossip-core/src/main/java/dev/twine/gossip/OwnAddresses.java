package dev.twine.gossip;

import dev.twine.network.Address;
import dev.twine.network.TransportKind;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where others can dial this node: what its operator says, or else what it has bound; a listener on
 * every interface at each address that the machine has.
 */
final class OwnAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(OwnAddresses.class);

  /** Of one node; more of a peer's are not kept. */
  static final int MAX_ADDRESSES = 8;

  private OwnAddresses() {}

  /**
   * All of them, whatever their scope; at most {@value #MAX_ADDRESSES}.
   *
   * @param published what the operator says, which stands for all addresses of its transport
   * @param local the addresses of this machine, see {@link #ofMachine}
   */
  static List<Address> of(
      List<Address> bound, @Nullable Address published, List<InetAddress> local) {
    TransportKind replaced = published == null ? null : published.transport();
    var all = new ArrayList<Address>();
    if (published != null) {
      all.add(published);
    }
    bound.stream()
        .filter(address -> address.transport() != replaced)
        .flatMap(address -> concrete(address, local))
        .forEach(all::add);
    return all.stream()
        .distinct()
        .filter(address -> AddressScope.of(address).isPresent())
        .filter(address -> address.toString().length() <= PeerRecord.MAX_ADDRESS_BYTES)
        .limit(MAX_ADDRESSES)
        .toList();
  }

  /** The addresses of the interfaces that are up. Asks the system, so not on an event loop. */
  static List<InetAddress> ofMachine() {
    try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
      return interfaces
          .filter(OwnAddresses::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(ip -> !ip.isLinkLocalAddress())
          .toList();
    } catch (SocketException e) {
      LOG.warn("the addresses of this machine are not known, so peers are told of none", e);
      return List.of();
    }
  }

  private static Stream<Address> concrete(Address bound, List<InetAddress> local) {
    Optional<InetAddress> any =
        AddressScope.literal(bound.host()).filter(InetAddress::isAnyLocalAddress);
    if (any.isEmpty()) {
      return Stream.of(bound);
    }
    boolean both = any.get() instanceof Inet6Address;
    return local.stream()
        .filter(ip -> both || !(ip instanceof Inet6Address))
        .map(ip -> at(ip, bound));
  }

  private static Address at(InetAddress ip, Address bound) {
    boolean six = ip instanceof Inet6Address;
    String text = ip.getHostAddress();
    String host = text.indexOf('%') < 0 ? text : text.substring(0, text.indexOf('%'));
    if (bound.transport() == TransportKind.WS) {
      String scheme = bound.secure() ? "wss://" : "ws://";
      return Address.parse(scheme + (six ? "[" + host + "]" : host) + ":" + bound.port());
    }
    String rest = bound.toString().substring(bound.toString().indexOf("/tcp/"));
    return Address.parse((six ? "/ip6/" : "/ip4/") + host + rest);
  }

  private static boolean isUp(NetworkInterface one) {
    try {
      return one.isUp();
    } catch (SocketException e) {
      return false;
    }
  }
}
