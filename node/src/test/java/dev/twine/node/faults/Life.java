package dev.twine.node.faults;

/** A life of a node: from its start to its end by whatever cause, in one number. */
final class Life {
  private static final int SHIFT = 8;

  private Life() {}

  /** The first life of a node has its number; this is the one after another. */
  static int next(int origin) {
    return origin + (1 << SHIFT);
  }

  static int node(int origin) {
    return origin & (1 << SHIFT) - 1;
  }
}
