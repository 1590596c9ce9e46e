package dev.twine.gossip;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Which of the sessions that the mesh has chosen gives its place to another node: the one that brings
 * clearly less than the others, or any of them if the application gets on no more, as all neighbours
 * may then be of one clique.
 *
 * <p>Does no I/O and reads no clock. Not safe for use by several threads: belongs to the mesh.
 */
final class MeshReview {
  /** Between two reviews, and without progress: as go-algorand's clique resolver. */
  static final Duration PAUSE = Duration.ofMinutes(5);

  /** How long a node that has given its place is not dialled. */
  static final Duration REST = Duration.ofMinutes(15);

  /** Fewer messages tell nothing. */
  static final long ENOUGH = 100;

  /** Less than this part of what is usual is clearly less. */
  static final int PART = 4;

  private final Random random;
  private Map<Long, Long> before = Map.of();

  MeshReview(Random random) {
    this.random = random;
  }

  /**
   * One session at this moment.
   *
   * @param session its number
   * @param delivered messages that it was the first to bring, since it was opened
   */
  record Standing(long session, long delivered) {}

  /** Whether this node gave a session up, so that its mesh must not open it again at once. */
  static boolean isGivenUp(CloseReason.Kind kind) {
    return switch (kind) {
      case LEAST_USEFUL, CLIQUE, DISCONNECTED -> true;
      default -> false;
    };
  }

  /** What each that was there at the last review has brought since then, the least first. */
  List<Standing> gains(List<Standing> now) {
    Map<Long, Long> earlier = before;
    before = new HashMap<>();
    now.forEach(one -> before.put(one.session, one.delivered));
    return now.stream()
        .filter(one -> earlier.containsKey(one.session))
        .map(
            one -> new Standing(one.session, one.delivered - earlier.getOrDefault(one.session, 0L)))
        .sorted(Comparator.comparingLong(Standing::delivered))
        .toList();
  }

  /** The one that brought clearly less than the others. */
  static Optional<Standing> leastUseful(List<Standing> gains) {
    if (gains.size() < 2) {
      return Optional.empty();
    }
    long usual = gains.get(gains.size() / 2).delivered;
    return Optional.of(gains.get(0))
        .filter(least -> usual >= ENOUGH && least.delivered * PART < usual);
  }

  /** Any of them. */
  Optional<Standing> anyone(List<Standing> now) {
    return now.isEmpty() ? Optional.empty() : Optional.of(now.get(random.nextInt(now.size())));
  }
}
