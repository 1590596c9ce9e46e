package dev.twine.node.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what was probably meant. */
public final class Nearest {
  /** Longer words are not typing mistakes, and the distance costs the product of the lengths. */
  private static final int MAX_LENGTH = 100;

  private Nearest() {}

  /** The candidate that takes the fewest edits, if they are at most a third of the word plus one. */
  public static Optional<String> to(String word, Collection<String> candidates) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    int most = word.length() / 3 + 1;
    return candidates.stream()
        .min(Comparator.comparingInt((String candidate) -> distance(word, candidate))
            .thenComparing(Comparator.naturalOrder()))
        .filter(candidate -> distance(word, candidate) <= most);
  }

  /** {@code , did you mean X?} or nothing. */
  public static String hint(String word, Collection<String> candidates) {
    return to(word, candidates).map(found -> "did you mean " + found + "? ").orElse("");
  }

  /** Insertions, deletions and replacements that turn one word into the other. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
