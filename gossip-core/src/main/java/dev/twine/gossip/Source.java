package dev.twine.gossip;

import dev.twine.identity.NodeId;
import java.net.InetAddress;
import java.util.Locale;

/**
 * Who told a node of an address.
 *
 * @param kind what kind of telling it was
 * @param by the name or node that told, for people; empty if that is the operator
 * @param group whose share of the room the address takes; empty if it is the operator's word, which
 *     takes no share
 */
record Source(Kind kind, String by, String group) {
  /** How an address may come to a node. */
  enum Kind {
    /** Configured, to be dialled for ever. */
    STATIC,
    /** Configured, to choose from, or dialled by hand. */
    PHONEBOOK,
    /** Under a name that is configured. */
    BOOTSTRAP,
    /** Named by a peer that dialled us, as its own. */
    INCOMING,
    /** Told by a peer. */
    EXCHANGED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final Source STATIC = new Source(Kind.STATIC, "", "");
  static final Source PHONEBOOK = new Source(Kind.PHONEBOOK, "", "");

  static Source bootstrap(String name) {
    return new Source(Kind.BOOTSTRAP, name, "name " + name);
  }

  /** All peers of one network share, or a peer with many keys would have as many shares. */
  static Source incoming(InetAddress peer) {
    return new Source(Kind.INCOMING, peer.getHostAddress(), "from " + NetworkGroup.of(peer));
  }

  static Source exchanged(NodeId by, InetAddress at) {
    return new Source(Kind.EXCHANGED, by.toString(), "from " + NetworkGroup.of(at));
  }

  boolean isOperator() {
    return group.isEmpty();
  }
}
