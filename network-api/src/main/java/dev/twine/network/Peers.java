package dev.twine.network;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The peers of a node. Every method may be called from any thread and returns at once. */
public interface Peers {
  /** The open sessions, oldest first. */
  List<PeerInfo> list();

  /**
   * Dials an address and keeps the session like one of the mesh's own.
   *
   * @return the session once its handshake is done; fails with a {@link TwineException} that names
   *     the step that failed. Cancelling gives the attempt up.
   */
  CompletableFuture<PeerInfo> connect(Address address, Duration deadline);

  /** Closes the session, or all sessions of the node. False if there is none. */
  boolean disconnect(PeerRef peer);

  /** Measures one round trip. Fails with a {@link TwineException} without a session or in time. */
  CompletableFuture<Duration> ping(PeerRef peer, Duration deadline);
}
