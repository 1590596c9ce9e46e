package dev.twine.libp2p.core.multistream;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.wire.PeerText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The side that answers. No I/O, no clock; one thread.
 *
 * <p>The token of the simultaneous-open extension is a protocol that is not spoken.
 */
final class ListenState {
  /** A peer with more ideas than this is guessing. */
  static final int MAX_PROPOSALS = 16;

  private static final int SHOWN = 80;

  private final Collection<String> protocols;
  private final List<String> refused = new ArrayList<>();
  private boolean greeted;
  private int proposals;

  ListenState(Collection<String> protocols) {
    this.protocols = protocols;
  }

  /**
   * Takes the next line of the peer.
   *
   * @throws Libp2pException if it is no proposal or the seventeenth
   */
  Step received(String line) {
    if (!greeted) {
      return header(line);
    }
    if (++proposals > MAX_PROPOSALS) {
      throw new Libp2pException(
          FailureReason.PROTOCOL_ERROR,
          "too many proposals of the remote side in negotiation",
          String.join(" ", refused),
          "local: " + String.join(" ", protocols) + "; at most " + MAX_PROPOSALS);
    }
    if (line.equals(Line.LIST)) {
      return new Step.SendList();
    }
    if (protocols.contains(line)) {
      return new Step.Selected(line);
    }
    refused.add(PeerText.escape(line, SHOWN));
    return new Step.Send(Line.REFUSAL);
  }

  /** Whether the peer has sent its header. */
  boolean isGreeted() {
    return greeted;
  }

  /** Whether the limit of proposals was broken. */
  boolean hasTooMany() {
    return proposals > MAX_PROPOSALS;
  }

  /** What the peer proposed in vain, escaped. */
  List<String> refused() {
    return refused;
  }

  private Step header(String line) {
    if (!line.equals(Line.HEADER)) {
      throw new Libp2pException(
          FailureReason.PROTOCOL_ERROR,
          "unexpected opening of the remote side in negotiation",
          PeerText.escape(line, SHOWN),
          "expected " + Line.HEADER);
    }
    greeted = true;
    return new Step.Wait();
  }
}
