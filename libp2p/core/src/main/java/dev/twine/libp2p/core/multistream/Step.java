package dev.twine.libp2p.core.multistream;

import java.util.List;

/** What a line of the peer leads to. */
sealed interface Step {
  /** Nothing yet. */
  record Wait() implements Step {}

  /** Send that line. */
  record Send(String line) implements Step {}

  /** Send the list of the protocols that are spoken. */
  record SendList() implements Step {}

  /** Both sides agree; the listener still has to say so. */
  record Selected(String protocol) implements Step {}

  /**
   * The peer speaks none of the proposals.
   *
   * @param theirs what it speaks instead, if it said so
   */
  record Refused(List<String> theirs) implements Step {}
}
