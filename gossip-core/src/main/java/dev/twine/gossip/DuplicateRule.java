package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.TransportKind;
import java.util.Arrays;

/**
 * Which of two sessions with one node stays. An established one does; of two that race, both ends keep
 * the same one, because both compute it from what both know.
 */
final class DuplicateRule {
  /** So long two sessions count as racing: longer than a handshake and a proof take. */
  static final long RACE_NANOS = 5_000_000_000L;

  private DuplicateRule() {}

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
