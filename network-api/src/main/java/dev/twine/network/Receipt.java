package dev.twine.network;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What became of a message that was handed to a node: accepted into a lane, or refused.
 *
 * <p>Safe for use by several threads.
 */
public interface Receipt {
  /** Why a node did not take a message. Nothing of a refused message is sent to anybody. */
  enum Refusal {
    /** The lane holds as many messages or bytes as it may. Send again when it has drained. */
    LANE_FULL,
    /** The payload is above the limit of its tag. */
    TOO_LARGE,
    /** The node has no such tag in its table. */
    UNKNOWN_TAG,
    /** An equal message was sent or seen within the time to live of the duplicate filter. */
    DUPLICATE,
    /** No session leads to that peer. */
    NO_SUCH_PEER,
    /** The peer does not take that tag. */
    NOT_WANTED,
    /** The node is not running. */
    CLOSED
  }

  /** Why a peer that should have got a message did not. */
  enum Drop {
    /** Its own queue of that lane was full. */
    QUEUE_FULL,
    /** The message had waited longer than the node's limit on age. */
    TOO_OLD,
    /** The session closed first. */
    CLOSED
  }

  /**
   * How far a message got.
   *
   * @param queued peers whose write loop has it; it may still be on its way
   * @param dropped peers that will not get it, by reason
   */
  record Outcome(int queued, Map<Drop, Integer> dropped) {
    public Outcome {
      dropped = Map.copyOf(dropped);
    }
  }

  /** Empty if the message was accepted. */
  Optional<Refusal> refusal();

  default boolean accepted() {
    return refusal().isEmpty();
  }

  /**
   * Completes when the message has been offered to every peer, at the latest when the node closes;
   * a refused message has an outcome of nobody. Cheap to ignore: nothing is counted until asked.
   */
  CompletableFuture<Outcome> outcome();

  /**
   * Waits until every peer that keeps up has the message in its write loop. Peers that already
   * lagged are left out.
   *
   * @return true if so, false at the deadline or if the message was refused
   * @throws IllegalStateException on an event loop or handler thread, where waiting would deadlock
   */
  boolean awaitQueued(Duration deadline) throws InterruptedException;
}
