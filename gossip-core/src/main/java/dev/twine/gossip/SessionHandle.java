package dev.twine.gossip;

import dev.twine.network.PeerRef;
import java.util.concurrent.CompletableFuture;

/** A session as its transport sees it. Safe for use by several threads. */
public interface SessionHandle {
  PeerRef.Session session();

  /** Closes the session; only the first reason counts. Returns at once. */
  void close(CloseReason reason);

  /** Completes, never exceptionally, when the session is gone. */
  CompletableFuture<CloseReason> closed();
}
