package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.TransportKind;
import java.util.Arrays;

/**
 * Which of two sessions with one node stays. An established one does; of two that race, both ends keep
 * the same one, because both compute it from what both know. An established one that is in doubt is
 * asked first.
 */
final class DuplicateRule {
  /** So long two sessions count as racing: longer than a handshake and a proof take. */
  static final long RACE_NANOS = 5_000_000_000L;

  /**
   * A session that brought nothing for so long may have ended at its other end without a word of it
   * here. Shorter than the silence that a ping breaks: to ask costs little, and who is refused by a
   * dead session stays away until that is noticed.
   */
  static final long SILENT_NANOS = 5_000_000_000L;

  private DuplicateRule() {}

  /**
   * Whether the established session has to show that it lives before the newcomer is refused. Only the
   * other end can know better, so only what it dialled brings doubt.
   */
  static boolean isInDoubt(Session established, Session newcomer) {
    return !isDialled(newcomer) && newcomer.openedNanos - established.heardNanos() > SILENT_NANOS;
  }

  static boolean newcomerWins(Session established, Session newcomer, NodeId self, NodeId peer) {
    if (newcomer.openedNanos - established.openedNanos > RACE_NANOS) {
      return false;
    }
    boolean selfIsLower = self.compareTo(peer) < 0;
    boolean establishedByLower = selfIsLower == isDialled(established);
    boolean newcomerByLower = selfIsLower == isDialled(newcomer);
    if (establishedByLower != newcomerByLower) {
      return newcomerByLower;
    }
    if (established.terms.transport() != newcomer.terms.transport()) {
      return newcomer.terms.transport() == TransportKind.WS;
    }
    // Dialled twice by one side over one transport: any rule will do that both sides can follow.
    return Arrays.compareUnsigned(diallersNonce(newcomer), diallersNonce(established)) < 0;
  }

  private static boolean isDialled(Session session) {
    return session.terms.direction() == Direction.OUT;
  }

  private static byte[] diallersNonce(Session session) {
    return isDialled(session) ? session.terms.localNonce() : session.terms.remoteNonce();
  }
}
