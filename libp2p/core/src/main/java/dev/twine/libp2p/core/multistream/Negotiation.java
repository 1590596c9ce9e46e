package dev.twine.libp2p.core.multistream;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Refusals;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  Libp2pException noneInCommon(List<String> theirs) {
    return Libp2pException.noCommonProtocol(ifNoneInCommon, protocols, theirs);
  }

  Libp2pException ended(String how, @Nullable Throwable cause) {
    return new Libp2pException(
        cause instanceof Libp2pException known ? known.reason() : FailureReason.CLOSED,
        "ended while negotiating",
        "local: " + String.join(" ", protocols) + "; " + how,
        "the remote side has to answer each proposal",
        cause);
  }

  Libp2pException late() {
    return new Libp2pException(
        FailureReason.TIMEOUT,
        "no agreement on a protocol in time",
        "local: " + String.join(" ", protocols),
        "the remote side has " + deadline.toMillis() + " ms");
  }

  static Libp2pException refusedHere(String protocol, RuntimeException cause) {
    return cause instanceof Libp2pException known
        ? known
        : new Libp2pException(
            FailureReason.RESET_LOCALLY,
            "protocol refused on the local side",
            protocol,
            "see the cause",
            cause);
  }
}
