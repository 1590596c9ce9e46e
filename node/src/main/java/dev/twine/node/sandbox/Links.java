package dev.twine.node.sandbox;

import dev.twine.node.config.Mode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which node dials which: a ring and one chord per node, so that most messages are relayed. Where two
 * neighbours have no transport in common, each is linked to the next one round that it reaches, so
 * that the nodes of one transport are a ring of their own which is closed by hybrid nodes.
 */
final class Links {
  /**
   * One link.
   *
   * @param from who dials
   * @param to who is dialled
   */
  record Link(int from, int to) {}

  private final List<Mode> modes;
  private final List<Integer> ring;
  private final Set<Link> links = new LinkedHashSet<>();
  private final Set<Integer> withChord = new LinkedHashSet<>();

  private Links(List<Mode> modes) {
    this.modes = modes;
    this.ring = ring(modes);
  }

  /** The links among nodes of these modes, no pair twice. */
  static List<Link> among(List<Mode> modes) {
    var made = new Links(modes);
    for (int place = 0; place < modes.size(); place++) {
      List<Integer> round = made.round(place);
      if (!round.isEmpty()) {
        made.link(made.ring.get(place), round.get(0));
        made.link(made.ring.get(place), round.get(round.size() - 1));
      }
    }
    for (int place = 0; place < modes.size(); place++) {
      made.chord(place);
    }
    return new ArrayList<>(made.links);
  }

  /** Hybrid nodes stand between those that have one transport, on both sides if there are two. */
  private static List<Integer> ring(List<Mode> modes) {
    List<Integer> hybrid = of(Mode.HYBRID, modes);
    int firstSide = (hybrid.size() + 1) / 2;
    var ring = new ArrayList<>(of(Mode.WS, modes));
    ring.addAll(hybrid.subList(0, firstSide));
    ring.addAll(of(Mode.P2P, modes));
    ring.addAll(hybrid.subList(firstSide, hybrid.size()));
    return ring;
  }

  private static List<Integer> of(Mode mode, List<Mode> modes) {
    var found = new ArrayList<Integer>();
    for (int i = 0; i < modes.size(); i++) {
      if (modes.get(i) == mode) {
        found.add(i);
      }
    }
    return found;
  }

  /** The nodes that the one at that place can reach, in their order round the ring. */
  private List<Integer> round(int place) {
    Mode own = modes.get(ring.get(place));
    var found = new ArrayList<Integer>();
    for (int step = 1; step < ring.size(); step++) {
      int node = ring.get((place + step) % ring.size());
      if (own.reaches(modes.get(node))) {
        found.add(node);
      }
    }
    return found;
  }

  /** Half way round, where the ring alone is slowest; the last one of an odd number shares its end. */
  private void chord(int place) {
    int node = ring.get(place);
    List<Integer> round = round(place);
    if (withChord.contains(node) || round.isEmpty()) {
      return;
    }
    var candidates = new ArrayList<Integer>();
    for (int i = 0; i < round.size(); i++) {
      int candidate = round.get(((round.size() - 1) / 2 + i) % round.size());
      if (!linked(node, candidate)) {
        candidates.add(candidate);
      }
    }
    Optional<Integer> end = candidates.stream()
        .filter(candidate -> !withChord.contains(candidate))
        .findFirst()
        .or(() -> candidates.stream().findFirst());
    end.ifPresent(other -> {
      link(node, other);
      withChord.add(node);
      withChord.add(other);
    });
  }

  private void link(int from, int to) {
    if (!linked(from, to)) {
      links.add(new Link(from, to));
    }
  }

  private boolean linked(int one, int other) {
    return links.contains(new Link(one, other)) || links.contains(new Link(other, one));
  }
}
