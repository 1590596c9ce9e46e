package dev.twine.broadcaster;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message that was offered: taken or refused at once, later how far it got.
 *
 * <p>Safe for use by several threads.
 */
public final class Ticket {
  /** Why a message was not taken. Nothing of it is sent. */
  public enum Refusal {
    /** The lane, or the inbox for direct messages, holds as much as it may. */
    LANE_FULL,
    /** The body is above {@link BroadcasterConfig.Lanes#largestMessage}. */
    TOO_LARGE,
    /** The broadcaster is closed, or the peer detached. */
    CLOSED
  }

  /** Why a peer that should have got a message did not. */
  public enum Drop {
    /** Its own queue of that lane was full. */
    QUEUE_FULL,
    /** The message was older than {@link BroadcasterConfig.Lanes#maxBulkAge}. */
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

  private final Roster roster;
  private final @Nullable Refusal refusal;
  private @Nullable OutboundMessage message;
  private long sequence;

  // Guarded by this ticket.
  private @Nullable CompletableFuture<Outcome> future;
  private boolean settled;
  private boolean abandoned;
  private int queued;
  private Map<Drop, Integer> dropped = Map.of();

  /** One until the outcome is known, and one for each peer in step that has it in its queue. */
  private int holders = 1;

  Ticket(Roster roster, OutboundMessage message) {
    this.roster = roster;
    this.refusal = null;
    this.message = message;
  }

  Ticket(Roster roster, Refusal refusal) {
    this.roster = roster;
    this.refusal = refusal;
    settle(0, Map.of());
  }

  /** Null if the message was taken. */
  public @Nullable Refusal refusal() {
    return refusal;
  }

  /**
   * Completes when the message has been offered to every peer, at the latest when the broadcaster
   * closes; a refused one has an outcome of nobody. Runs dependents on an event loop or the worker,
   * so they must not block.
   */
  public CompletableFuture<Outcome> outcome() {
    synchronized (this) {
      if (settled) {
        return CompletableFuture.completedFuture(known());
      }
      if (future == null) {
        future = new CompletableFuture<>();
      }
      // A copy, because completing the one of another caller would be a lie.
      return future.copy();
    }
  }

  /**
   * Waits until every peer that keeps up has the message in its channel. A peer whose queues have
   * not been empty for {@link BroadcasterConfig.Lag#behindAfter} is left out.
   *
   * @return true if so; false at the deadline, if the message was refused, or if it was given up
   *     before it was offered to the peers
   * @throws IllegalStateException on an event loop, or on a thread that is {@link NoWaiting}
   */
  public boolean awaitQueued(Duration deadline) throws InterruptedException {
    roster.refuseWaitingHere();
    long end = System.nanoTime() + deadline.toNanos();
    synchronized (this) {
      while (holders > 0) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        // Rounded up, so that the last wait is not a spin.
        wait(left / 1_000_000, (int) (left % 1_000_000));
      }
      return refusal == null && !abandoned;
    }
  }

  /** The message, until the outcome is known. */
  OutboundMessage message() {
    return Objects.requireNonNull(message, "settled already");
  }

  /** Its place in its lane, before anybody else sees it. */
  void sequence(long place) {
    sequence = place;
  }

  long sequence() {
    return sequence;
  }

  /** A peer in step has the message in its own queue and not yet in its channel. */
  synchronized void hold() {
    holders++;
  }

  /** Takes one {@link #hold} back. */
  synchronized void release() {
    if (--holders == 0) {
      notifyAll();
    }
  }

  /** Nobody gets it: that many peers should have. */
  void abandon(Drop reason, int peers) {
    synchronized (this) {
      abandoned = true;
    }
    settle(0, peers == 0 ? Map.of() : Map.of(reason, peers));
  }

  /**
   * Every peer has been asked; called once.
   *
   * @param drops peers that go without, by reason; not changed any more
   */
  void settle(int peers, Map<Drop, Integer> drops) {
    CompletableFuture<Outcome> waiting;
    synchronized (this) {
      settled = true;
      queued = peers;
      dropped = drops;
      message = null;
      waiting = future;
      future = null;
      release();
    }
    if (waiting != null) {
      waiting.complete(known());
    }
  }

  private synchronized Outcome known() {
    return new Outcome(queued, dropped);
  }
}
