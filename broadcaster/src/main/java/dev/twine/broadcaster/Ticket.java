package dev.twine.broadcaster;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message that was offered: taken or refused at once, later how far it got.
 *
 * <p>Safe for use by several threads.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Ticket {
  /** Why a message was not taken. Nothing of it is sent. */
  public enum Refusal {
    /** The lane, or the inbox for direct messages, holds as much as it may. */
    LANE_FULL,
    /** The body is above {@link BroadcasterConfig#largestMessage}. */
    TOO_LARGE,
    /** The broadcaster is closed, or the peer detached. */
    CLOSED
  }

  /** Why a peer that should have got a message did not. */
  public enum Drop {
    /** Its own queue of that lane was full. */
    QUEUE_FULL,
    /** The message was older than {@link BroadcasterConfig#maxBulkAge}. */
    TOO_OLD,
    /** The peer or the broadcaster closed first. */
    CLOSED,
    /** Its wire form failed to frame the message. */
    NOT_FRAMED
  }

  /**
   * How far a message got.
   *
   * @param queued peers whose write loop has it; it may still be on its way
   * @param dropped peers that will not get it, by reason; those that do not want the tag, sent the
   *     message themselves or have its digest are in neither
   */
  public record Outcome(int queued, Map<Drop, Integer> dropped) {
    public Outcome {
      dropped = Map.copyOf(dropped);
    }
  }

  Ticket() {}

  /** Null if the message was taken. */
  public @Nullable Refusal refusal() {
    throw new UnsupportedOperationException();
  }

  /**
   * Completes when the message has been offered to every peer, at the latest when the broadcaster
   * closes; a refused one has an outcome of nobody. Runs dependents on an event loop or the worker,
   * so they must not block.
   */
  public CompletableFuture<Outcome> outcome() {
    throw new UnsupportedOperationException();
  }

  /**
   * Waits until every peer that keeps up has the message in its channel. A peer whose queues have
   * not been empty for {@link BroadcasterConfig#behindAfter} is left out.
   *
   * @return true if so, false at the deadline or if the message was refused
   * @throws IllegalStateException on an event loop, or on a thread that is {@link NoWaiting}
   */
  public boolean awaitQueued(Duration deadline) throws InterruptedException {
    throw new UnsupportedOperationException();
  }
}
