package dev.twine.libp2p.core;

import io.netty.util.concurrent.Future;

/** A bound address. Any thread. */
public interface TransportListener {
  /** The address with its real port; an unspecified IP stays unspecified. */
  Multiaddr address();

  /** Stops accepting. Accepted connections stay. */
  Future<?> close();
}
