package dev.twine.gossip;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a node comes to know others than those it is told of.
 *
 * @param exchange whether it asks its peers whom they know, and tells them
 * @param peerstore the file in which it keeps the addresses that it has learned, in a directory that
 *     exists; null forgets them when it closes
 */
public record Discovery(boolean exchange, @Nullable Path peerstore) {
  public static Discovery defaults() {
    return new Discovery(true, null);
  }

  /** Knows whom it is told of, and nobody else. */
  public static Discovery none() {
    return defaults().withExchange(false);
  }

  public Discovery withExchange(boolean exchange) {
    return new Discovery(exchange, peerstore);
  }

  public Discovery withPeerstore(@Nullable Path peerstore) {
    return new Discovery(exchange, peerstore);
  }
}
