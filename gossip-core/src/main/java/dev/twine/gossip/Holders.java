package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.PeerRef;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import org.jspecify.annotations.Nullable;

/** Finds the session that a node has when another one with it ended or did not open. */
record Holders(PeerTable table) {
  /** With the node that an address names. */
  @Nullable
  Session at(Address address) {
    return address.nodeId().map(PeerRef::of).map(table::find).orElse(null);
  }

  /** That took the place of a session which has ended. */
  @Nullable
  Session after(Session ended) {
    NodeId proven = ended.nodeId();
    NodeId id = proven == null ? ended.terms.claimedId() : proven;
    Session other = id == null ? null : table.find(PeerRef.of(id));
    return other == ended ? null : other;
  }

  /** That made a dial fail as a duplicate. */
  @Nullable
  Session against(Address address, Throwable failure) {
    if (!(failure instanceof TwineException refused) || refused.code() != Code.DUPLICATE_ID) {
      return null;
    }
    NodeId id = address.nodeId().orElseGet(() -> named(refused));
    return id == null ? null : table.find(PeerRef.of(id));
  }

  /** The node that the engine named when it refused a session, whatever the transport said of it. */
  private static @Nullable NodeId named(TwineException refused) {
    if (refused.getCause() instanceof TwineException cause) {
      return named(cause);
    }
    try {
      return NodeId.parse(refused.value());
    } catch (IllegalArgumentException noNodeId) {
      return null;
    }
  }
}
