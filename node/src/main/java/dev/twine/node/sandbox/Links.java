package dev.twine.node.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which node dials which: a ring and one chord per node, so that most messages are relayed. */
final class Links {
  /**
   * One link.
   *
   * @param from who dials
   * @param to who is dialled
   */
  record Link(int from, int to) {}

  private Links() {}

  /** The links among that many nodes, no pair twice. */
  static List<Link> among(int nodes) {
    Set<Link> links = new LinkedHashSet<>();
    for (int i = 0; i < nodes; i++) {
      add(links, i, (i + 1) % nodes);
    }
    // Half way round, where the ring alone is slowest; the middle one of an odd number has two.
    for (int i = 0; i < (nodes + 1) / 2; i++) {
      add(links, i, (i + nodes / 2) % nodes);
    }
    return new ArrayList<>(links);
  }

  private static void add(Set<Link> links, int from, int to) {
    if (from != to && !links.contains(new Link(to, from))) {
      links.add(new Link(from, to));
    }
  }
}
