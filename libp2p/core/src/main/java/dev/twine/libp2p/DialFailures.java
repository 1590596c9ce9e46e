package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import java.util.ArrayList;
import java.util.List;

/** Why each address of a peer could not be dialled. Any thread. */
final class DialFailures {
  /** Failures told in a message; the rest is only counted. */
  private static final int SHOWN = 4;

  private final List<Libp2pException> failures = new ArrayList<>();

  /** Takes a failure that names its address. */
  synchronized void add(Libp2pException cause) {
    failures.add(cause);
  }

  /** One exception for all, with their common reason if they have one. */
  synchronized Libp2pException summary(NodeId peer) {
    if (failures.isEmpty()) {
      return new Libp2pException(
          FailureReason.BAD_ADDRESS, "no address to dial", peer.toString(), "name at least one");
    }
    if (failures.size() == 1) {
      return failures.get(0);
    }
    StringBuilder value = new StringBuilder().append(peer);
    for (int i = 0; i < Math.min(SHOWN, failures.size()); i++) {
      Libp2pException cause = failures.get(i);
      value.append("; ").append(cause.what()).append(" (").append(cause.value()).append(')');
    }
    if (failures.size() > SHOWN) {
      value.append("; and ").append(failures.size() - SHOWN).append(" more");
    }
    Libp2pException summary = new Libp2pException(
        reason(), "no address worked", value.toString(), "check the peer and its addresses");
    failures.forEach(summary::addSuppressed);
    return summary;
  }

  private FailureReason reason() {
    List<FailureReason> reasons =
        failures.stream().map(Libp2pException::reason).distinct().toList();
    return reasons.size() == 1 ? reasons.get(0) : FailureReason.DIAL_FAILED;
  }
}
