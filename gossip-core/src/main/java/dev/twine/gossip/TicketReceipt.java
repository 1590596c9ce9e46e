package dev.twine.gossip;

import dev.twine.broadcaster.Ticket;
import dev.twine.network.Receipt;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A broadcaster's ticket as the interface of a node shows it. */
final class TicketReceipt implements Receipt {
  private final Ticket ticket;

  TicketReceipt(Ticket ticket) {
    this.ticket = ticket;
  }

  /** A message that did not get as far as a lane. */
  static Receipt refused(Refusal refusal) {
    return new Refused(refusal);
  }

  @Override
  public Optional<Refusal> refusal() {
    Ticket.Refusal refusal = ticket.refusal();
    return refusal == null
        ? Optional.empty()
        : Optional.of(
            switch (refusal) {
              case LANE_FULL -> Refusal.LANE_FULL;
              case TOO_LARGE -> Refusal.TOO_LARGE;
              case CLOSED -> Refusal.CLOSED;
            });
  }

  @Override
  public CompletableFuture<Outcome> outcome() {
    return ticket.outcome().thenApply(TicketReceipt::adapt);
  }

  @Override
  public boolean awaitQueued(Duration deadline) throws InterruptedException {
    return ticket.awaitQueued(deadline);
  }

  private static Outcome adapt(Ticket.Outcome outcome) {
    var dropped = new EnumMap<Drop, Integer>(Drop.class);
    outcome.dropped().forEach((drop, count) -> dropped.merge(adapt(drop), count, Integer::sum));
    return new Outcome(outcome.queued(), dropped);
  }

  private static Drop adapt(Ticket.Drop drop) {
    return switch (drop) {
      case QUEUE_FULL -> Drop.QUEUE_FULL;
      case TOO_OLD -> Drop.TOO_OLD;
      // A connection whose framing fails is as good as closed.
      case CLOSED, NOT_FRAMED -> Drop.CLOSED;
    };
  }

  private record Refused(Refusal reason) implements Receipt {
    @Override
    public Optional<Refusal> refusal() {
      return Optional.of(reason);
    }

    @Override
    public CompletableFuture<Outcome> outcome() {
      return CompletableFuture.completedFuture(new Outcome(0, Map.of()));
    }

    @Override
    public boolean awaitQueued(Duration deadline) {
      return false;
    }
  }
}
