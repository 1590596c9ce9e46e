package dev.twine.gossip;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a node comes to know others than those it is told of.
 *
 * @param peerstore the file in which it keeps the addresses that it has learned, in a directory that
 *     exists; null forgets them when it closes
 */
public record Discovery(@Nullable Path peerstore) {
  public static Discovery defaults() {
    return new Discovery(null);
  }

  public Discovery withPeerstore(@Nullable Path peerstore) {
    return new Discovery(peerstore);
  }
}
