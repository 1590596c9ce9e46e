package dev.twine.libp2p;

import dev.twine.libp2p.core.ConnectionLimits.Water;
import java.util.Comparator;
import java.util.List;

/** Which connections to give up when there are too many. No I/O and no clock. */
final class Trim {
  /**
   * A connection as the choice sees it.
   *
   * @param spare whether its peer has another, older connection and this one has no stream
   * @param value of its peer
   */
  record Candidate<C>(
      C connection, boolean isProtected, boolean spare, int value, int streams, long ageNanos) {}

  private Trim() {}

  /**
   * Down to the low water mark if the high one is passed: spare connections first, then those of the
   * least valued peers, with the fewest streams, the youngest. Protected peers and connections in
   * their grace are left alone, whatever the marks.
   */
  static <C> List<C> choose(List<Candidate<C>> all, Water marks) {
    if (all.size() <= marks.high()) {
      return List.of();
    }
    long grace = marks.grace().toNanos();
    return all.stream()
        .filter(one -> !one.isProtected() && one.ageNanos() >= grace)
        .sorted(Comparator.comparing((Candidate<C> one) -> !one.spare())
            .thenComparingInt(Candidate::value)
            .thenComparingInt(Candidate::streams)
            .thenComparingLong(Candidate::ageNanos))
        .limit(all.size() - marks.low())
        .map(Candidate::connection)
        .toList();
  }
}
