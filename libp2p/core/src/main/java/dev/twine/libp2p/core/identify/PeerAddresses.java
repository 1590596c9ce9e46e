package dev.twine.libp2p.core.identify;

import com.google.protobuf.ByteString;
import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The addresses that a peer says it has: bounded, readable, its own, each once. */
final class PeerAddresses {
  /** More than any honest peer has; the hard limit of go's address book. */
  static final int MAX = 64;

  private final NodeId peer;
  private final Set<Multiaddr> addresses = new LinkedHashSet<>();
  private int refused;

  PeerAddresses(NodeId peer) {
    this.peer = peer;
  }

  static List<Multiaddr> readable(List<ByteString> encoded, NodeId peer) {
    var addresses = new PeerAddresses(peer);
    encoded.forEach(addresses::add);
    return addresses.toList();
  }

  /** Takes an address without the peer's ID on its end, or counts it as refused. */
  void add(ByteString encoded) {
    if (addresses.size() == MAX) {
      refused++;
      return;
    }
    try {
      Multiaddr address = Multiaddr.parse(encoded.toByteArray());
      Optional<NodeId> named = address.peerId();
      Multiaddr plain = address.withoutPeer();
      boolean foreign = named.isPresent() && !named.get().equals(peer);
      if (foreign || plain.components().isEmpty()) {
        refused++;
      } else {
        addresses.add(plain);
      }
    } catch (Libp2pException e) {
      refused++;
    }
  }

  /** How many were unreadable, of another peer, or too many. */
  int refused() {
    return refused;
  }

  List<Multiaddr> toList() {
    return new ArrayList<>(addresses);
  }
}
