package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.PeerRef;
import java.util.concurrent.CompletableFuture;

/** A session as its transport sees it. Safe for use by several threads. */
public interface SessionHandle {
  PeerRef.Session session();

  /** Completes with who is at the other end when that is proven, and never if it is not. */
  CompletableFuture<NodeId> proven();

  /** Closes the session; only the first reason counts. Returns at once. */
  void close(CloseReason reason);

  /** Whether nobody has closed it yet; it may be a moment from its end to {@link #closed}. */
  default boolean isOpen() {
    return !closed().isDone();
  }

  /** Completes, never exceptionally, when the session is gone. */
  CompletableFuture<CloseReason> closed();
}
