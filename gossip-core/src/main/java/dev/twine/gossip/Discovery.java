package dev.twine.gossip;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a node comes to know others than those it is told of.
 *
 * @param exchange whether it asks its peers whom they know, and tells them
 * @param names under which a name service has addresses of nodes; of a form that one of the node's
 *     transports looks up, see there. At most {@value #MAX_NAMES}
 * @param peerstore the file in which it keeps the addresses that it has learned, in a directory that
 *     exists; null forgets them when it closes
 */
public record Discovery(
    boolean exchange, List<String> names, @Nullable Path peerstore) {
  /** More than one operator has; each is a question a minute while the node lacks peers. */
  public static final int MAX_NAMES = 16;

  public Discovery {
    names = List.copyOf(names);
    if (names.size() > MAX_NAMES) {
      throw new TwineException(
          Code.BAD_VALUE,
          "too many bootstrap names",
          String.valueOf(names.size()),
          "give at most " + MAX_NAMES);
    }
  }

  public static Discovery defaults() {
    return new Discovery(true, List.of(), null);
  }

  /** Knows whom it is told of, and nobody else. */
  public static Discovery none() {
    return defaults().withExchange(false);
  }

  public Discovery withExchange(boolean exchange) {
    return new Discovery(exchange, names, peerstore);
  }

  public Discovery withNames(List<String> names) {
    return new Discovery(exchange, names, peerstore);
  }

  public Discovery withPeerstore(@Nullable Path peerstore) {
    return new Discovery(exchange, names, peerstore);
  }
}
