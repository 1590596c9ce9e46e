package dev.twine.libp2p.core.upgrade;

import dev.twine.libp2p.core.SecuredPeer;

/** Judges a connection once its peer is proven. */
@FunctionalInterface
public interface SecuredGate {
  /**
   * On the event loop.
   *
   * @throws dev.twine.libp2p.core.Libp2pException to end the connection
   */
  void judge(Leg leg, SecuredPeer peer);
}
