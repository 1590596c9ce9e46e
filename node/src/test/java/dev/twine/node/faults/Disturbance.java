package dev.twine.node.faults;

import java.util.Set;

/**
 * A time in which some nodes need not hear some others: from a fault until it is over and they have
 * heard each other again.
 *
 * @param what for the report
 * @param kind between whom
 * @param nodes one side, or those that are struck
 * @param from milliseconds since 1970
 * @param over when the cause was gone; what comes then is recovery
 * @param until when all had heard what the others sent since {@code over}
 */
record Disturbance(String what, Kind kind, Set<Integer> nodes, long from, long over, long until) {
  enum Kind {
    /** Between the nodes and all others. */
    ACROSS,
    /** On either side of that border. */
    ON_EACH_SIDE,
    /** Between the nodes and everybody, each other included. */
    TOUCHING
  }

  Disturbance {
    nodes = Set.copyOf(nodes);
  }

  /** Whether the receiver may miss what the sender sent at a time, its window included. */
  boolean excuses(int sender, int receiver, long begin, long end) {
    return end >= from && begin <= until && concerns(sender, receiver);
  }

  boolean concerns(int sender, int receiver) {
    boolean one = nodes.contains(sender);
    boolean other = nodes.contains(receiver);
    return switch (kind) {
      case ACROSS -> one != other;
      case ON_EACH_SIDE -> one == other;
      case TOUCHING -> one || other;
    };
  }

  long recoveryMillis() {
    return until - over;
  }
}
