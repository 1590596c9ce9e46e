package dev.twine.libp2p.core;

/**
 * Is told what happens to a host. Called on event loops: must not block. An exception is logged and
 * changes nothing.
 */
public interface HostListener {
  /** A new connection, before any of its streams is accepted. */
  default void connected(Connection connection) {}

  /** A connection has ended. */
  default void disconnected(Connection connection, CloseReason reason) {}

  /** Protocols or addresses of the host are others than before. */
  default void changed() {}
}
