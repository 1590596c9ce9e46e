package dev.twine.node.config;

import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.network.Address;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.nio.file.Path;

/** Reads texts that no type of this command reads; what it throws says what to give. */
final class Readers {
  private Readers() {}

  static String networkId(String text) {
    if (!text.matches("[!-~]{1,255}")) {
      throw new IllegalArgumentException("give 1 to 255 printable ASCII characters, no space");
    }
    return text;
  }

  /** No path is not the working directory: an unset variable of a script must not name it. */
  static Path path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("give a path, or . for the working directory");
    }
    return Path.of(text);
  }

  static Address peer(String text) {
    Address address = Address.parse(text);
    if (address.transport() == TransportKind.P2P && address.nodeId().isEmpty()) {
      throw new IllegalArgumentException(
          "end it with /p2p/ and the ID of the node, as twine id shows it there");
    }
    return checked(address);
  }

  static String bootstrap(String text) {
    if (!text.matches("((wss?://)?_[A-Za-z0-9-]{1,62}\\._tcp\\.|/dnsaddr/)[A-Za-z0-9._-]{1,180}")) {
      throw new IllegalArgumentException(
          "give _NAME._tcp.DOMAIN, wss://_NAME._tcp.DOMAIN or /dnsaddr/DOMAIN");
    }
    return text;
  }

  static Address p2pListen(String text) {
    Address address = Address.parse(text);
    if (address.transport() != TransportKind.P2P || address.nodeId().isPresent()) {
      throw new IllegalArgumentException(
          "give a multiaddr without a node ID, such as /ip4/0.0.0.0/tcp/4190");
    }
    return checked(address);
  }

  /** An address does not look at the protocols in a multiaddr; nobody dials what has none of them. */
  private static Address checked(Address address) {
    try {
      if (address.transport() == TransportKind.P2P) {
        Multiaddr.parse(address.toString());
      }
      return address;
    } catch (Libp2pException e) {
      throw new TwineException(Code.BAD_VALUE, e.what(), e.value(), e.remedy(), e);
    }
  }
}
