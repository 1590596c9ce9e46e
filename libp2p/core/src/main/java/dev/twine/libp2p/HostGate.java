package dev.twine.libp2p;

import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.SecuredPeer;
import dev.twine.libp2p.core.upgrade.Leg;
import dev.twine.libp2p.core.upgrade.SecuredGate;

/** Asks the user's gater about proven peers. */
record HostGate(ConnectionGater gater, Refusals refusals) implements SecuredGate {
  @Override
  public void judge(Leg leg, SecuredPeer peer) {
    if (!gater.allowSecured(leg.direction(), peer.id(), leg.remote())) {
      refusals.count("connections.gated");
      throw new Libp2pException(
          FailureReason.GATED,
          "the gater refuses the peer",
          peer.id() + " at " + leg.remote(),
          "ask the gater");
    }
  }
}
