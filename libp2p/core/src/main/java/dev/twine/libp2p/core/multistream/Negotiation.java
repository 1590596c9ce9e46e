package dev.twine.libp2p.core.multistream;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Refusals;
import java.time.Duration;
import java.util.List;

/**
 * What to agree on.
 *
 * @param protocols what this side speaks, the preferred one first
 * @param ifNoneInCommon the reason of the failure when the other side speaks none of them
 * @param deadline for the whole negotiation; zero if the caller keeps one
 * @param refusals where a broken limit is counted: {@link #LINE}, {@link #PROPOSALS}, {@link
 *     #DEADLINE}
 */
public record Negotiation(
    List<String> protocols, FailureReason ifNoneInCommon, Duration deadline, Refusals refusals) {
  /** Counts lines that are too long or malformed. */
  public static final String LINE = "multistream.line";

  /** Counts peers that propose a seventeenth protocol. */
  public static final String PROPOSALS = "multistream.proposals";

  /** Counts peers that take too long. */
  public static final String DEADLINE = "multistream.deadline";

  public Negotiation {
    protocols = List.copyOf(protocols);
    for (String protocol : protocols) {
      if (!Line.fits(protocol)) {
        throw new IllegalArgumentException(
            "protocol name: " + protocol + ": 1 to 1023 bytes without a newline");
      }
    }
    if (deadline.isNegative()) {
      throw new IllegalArgumentException("deadline out of range: " + deadline + ": not negative");
    }
  }
}
