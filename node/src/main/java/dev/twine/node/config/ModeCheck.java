package dev.twine.node.config;

import dev.twine.network.Address;
import dev.twine.network.TransportKind;

/** Refuses what is set for a transport that the node will not have: it would do nothing. */
final class ModeCheck {
  private ModeCheck() {}

  /**
   * Checks the settings of transports, whose keys begin with the name of theirs, and the peers.
   *
   * @throws dev.twine.network.TwineException of code BAD_VALUE naming the first that does not fit
   */
  static void check(Mode mode, Values values) {
    for (TransportKind transport : TransportKind.values()) {
      if (!mode.has(transport)) {
        checkAbsent(mode, transport.label() + ".", values);
      }
    }
    for (Address peer : values.readAll(Setting.PEERS, Address.class)) {
      if (!mode.has(peer.transport())) {
        String form = mode == Mode.WS ? "HOST:PORT" : "a multiaddr";
        throw values.bad(
            Setting.PEERS.key(),
            peer.toString(),
            "a node of mode " + mode.label() + " cannot dial it: give " + form
                + ", or --mode hybrid");
      }
    }
  }

  private static void checkAbsent(Mode mode, String prefix, Values values) {
    values.under(prefix).forEach((key, text) -> {
      throw values.bad(
          prefix + key,
          text,
          "mode " + mode.label() + " does not use it: leave it out, or give --mode hybrid");
    });
  }
}
