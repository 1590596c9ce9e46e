package dev.twine.node.config;

import dev.twine.network.Address;
import dev.twine.network.TransportKind;

/** Reads texts that no type of this command reads; what it throws says what to give. */
final class Readers {
  private Readers() {}

  static String networkId(String text) {
    if (!text.matches("[!-~]{1,255}")) {
      throw new IllegalArgumentException("give 1 to 255 printable ASCII characters, no space");
    }
    return text;
  }

  static Address peer(String text) {
    Address address = Address.parse(text);
    if (address.transport() != TransportKind.WS) {
      throw new IllegalArgumentException("p2p is not available in this version: give a ws address");
    }
    return address;
  }

  @SuppressWarnings("DoNotCallSuggester") // A reader that refuses all there is, for now.
  static Address p2pListen(String text) {
    throw new IllegalArgumentException(
        "p2p is not available in this version: leave --p2p-listen out and use --ws-listen");
  }
}
