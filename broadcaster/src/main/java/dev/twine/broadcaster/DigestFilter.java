package dev.twine.broadcaster;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The digests that a peer asked not to be sent, as go-algorand keeps them: three generations of
 * 128, the oldest forgotten at once when the newest is full.
 *
 * <p>Safe for use by several threads.
 */
final class DigestFilter {
  static final int GENERATIONS = 3;
  static final int GENERATION_SIZE = 128;

  /** Newest first; a generation that was never reached is empty. */
  private final Set<Digest>[] generations;

  DigestFilter() {
    generations = newGenerations();
  }

  synchronized void add(byte[] bytes) {
    var digest = new Digest(bytes.clone());
    if (contains(digest)) {
      return;
    }
    if (generations[0].size() == GENERATION_SIZE) {
      System.arraycopy(generations, 0, generations, 1, GENERATIONS - 1);
      generations[0] = new HashSet<>();
    }
    generations[0].add(digest);
  }

  synchronized boolean contains(byte[] bytes) {
    return contains(new Digest(bytes));
  }

  private boolean contains(Digest digest) {
    for (Set<Digest> generation : generations) {
      if (generation.contains(digest)) {
        return true;
      }
    }
    return false;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Set<Digest>[] newGenerations() {
    Set<Digest>[] empty = new Set[GENERATIONS];
    Arrays.setAll(empty, i -> new HashSet<>(0));
    return empty;
  }

  private record Digest(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Digest that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }
}
