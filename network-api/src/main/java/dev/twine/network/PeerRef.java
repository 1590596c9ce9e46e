package dev.twine.network;

import dev.twine.identity.NodeId;

/** Names the peer that a call is about: a node, or one session with a node that may be unproven. */
public sealed interface PeerRef {
  /** Whichever session leads to that node. */
  record Node(NodeId id) implements PeerRef {
    @Override
    public String toString() {
      return id.toString();
    }
  }

  /** That session and no other. Numbers start at 1 and are never used again by the same node. */
  record Session(long number) implements PeerRef {
    @Override
    public String toString() {
      return "s" + number;
    }
  }

  static PeerRef of(NodeId id) {
    return new Node(id);
  }

  /**
   * Reads a node ID, or a session as {@code s12}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  static PeerRef parse(String text) {
    if (text.matches("s[0-9]{1,18}")) {
      return new Session(Long.parseLong(text.substring(1)));
    }
    return new Node(NodeId.parse(text));
  }
}
