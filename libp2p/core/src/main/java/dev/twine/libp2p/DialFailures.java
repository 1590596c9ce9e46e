package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import java.util.ArrayList;
import java.util.List;

/** Why each address of a peer could not be dialled. Any thread. */
final class DialFailures {
  /** Failures told in a message; the rest is only counted. */
  private static final int SHOWN = 4;

  private record Failure(Multiaddr address, Libp2pException cause) {}

  private final List<Failure> failures = new ArrayList<>();

  synchronized void add(Multiaddr address, Libp2pException cause) {
    failures.add(new Failure(address, cause));
  }

  /** One exception for all, with their common reason if they have one. */
  synchronized Libp2pException summary(NodeId peer) {
    if (failures.isEmpty()) {
      return new Libp2pException(
          FailureReason.BAD_ADDRESS, "no address to dial", peer.toString(), "name at least one");
    }
    if (failures.size() == 1) {
      return failures.get(0).cause();
    }
    StringBuilder value = new StringBuilder().append(peer);
    for (int i = 0; i < Math.min(SHOWN, failures.size()); i++) {
      Libp2pException cause = failures.get(i).cause();
      value.append("; ").append(cause.what()).append(" (").append(cause.value()).append(')');
    }
    if (failures.size() > SHOWN) {
      value.append("; and ").append(failures.size() - SHOWN).append(" more");
    }
    Libp2pException summary = new Libp2pException(
        reason(), "no address worked", value.toString(), "check the peer and its addresses");
    failures.forEach(failure -> summary.addSuppressed(failure.cause()));
    return summary;
  }

  private FailureReason reason() {
    List<FailureReason> reasons =
        failures.stream().map(failure -> failure.cause().reason()).distinct().toList();
    return reasons.size() == 1 ? reasons.get(0) : FailureReason.DIAL_FAILED;
  }
}
