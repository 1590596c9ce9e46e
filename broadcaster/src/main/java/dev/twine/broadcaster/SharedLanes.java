package dev.twine.broadcaster;

import dev.twine.broadcaster.Ticket.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The two lanes that all threads offer to and the worker takes from, under one short lock. */
final class SharedLanes {
  /** Enough for a full batch of small messages; more would only lengthen a turn of a loop. */
  static final int MAX_BATCH_MESSAGES = 1024;

  /** What has been taken in and not been offered to every peer yet. */
  record Open(int messages, long bytes) {}

  private final SharedLane priority;
  private final SharedLane bulk;
  private final int largestMessage;
  private final int batchBytes;
  private final long maxBulkAgeNanos;
  private final Turns turns;
  private long batches;
  private boolean closed;

  SharedLanes(BroadcasterConfig config) {
    BroadcasterConfig.Lanes limits = config.lanes();
    priority = new SharedLane(limits.priority());
    bulk = new SharedLane(limits.bulk());
    largestMessage = limits.largestMessage();
    batchBytes = config.writes().batchBytes();
    maxBulkAgeNanos = limits.maxBulkAge().toNanos();
    turns = new Turns(limits.bulkWeight());
  }

  /** Puts the ticket into the lane of its message, or says why not. */
  @Nullable
  Refusal offer(Ticket ticket, OutboundMessage message) {
    if (message.body().length > largestMessage) {
      return Refusal.TOO_LARGE;
    }
    synchronized (this) {
      if (closed) {
        return Refusal.CLOSED;
      }
      return lane(message.lane()).add(ticket, message.body().length) ? null : Refusal.LANE_FULL;
    }
  }

  /** The stamp of a direct message: everything up to it in that lane goes first. */
  long sequence(Lane lane) {
    return lane(lane).sequence();
  }

  /**
   * Takes what goes to the loops next: priority first, bulk in its turn, until the batch has its
   * bytes. A message larger than a batch makes one alone.
   *
   * @param expired gets the tickets of bulk that waited too long
   * @return a batch, without messages if all of them were too old
   */
  synchronized Batch take(long nowNanos, List<Ticket> expired) {
    var tickets =
        new ArrayList<Ticket>(Math.min(priority.size() + bulk.size(), MAX_BATCH_MESSAGES));
    long bytes = 0;
    while (tickets.size() < MAX_BATCH_MESSAGES) {
      expire(nowNanos, expired);
      SharedLane lane = next();
      Ticket ticket = lane == null ? null : lane.peek();
      if (lane == null || ticket == null) {
        break;
      }
      OutboundMessage message = ticket.message();
      int length = message.body().length;
      if (!tickets.isEmpty() && bytes + length > batchBytes) {
        break;
      }
      remove(lane, message);
      tickets.add(ticket);
      bytes += length;
    }
    return new Batch(
        ++batches, tickets, new Through(priority.removedThrough(), bulk.removedThrough()));
  }

  /** A batch has been offered to every peer. */
  synchronized void settled(OutboundMessage[] messages) {
    for (OutboundMessage message : messages) {
      lane(message.lane()).settled(message);
    }
  }

  synchronized Open open(Lane lane) {
    return new Open(lane(lane).openMessages(), lane(lane).openBytes());
  }

  /** Refuses from now on and hands out what waited. */
  synchronized List<Ticket> close() {
    closed = true;
    var waiting = new ArrayList<Ticket>(priority.size() + bulk.size());
    for (SharedLane lane : List.of(priority, bulk)) {
      for (Ticket ticket = lane.peek(); ticket != null; ticket = lane.peek()) {
        lane.remove(ticket.message());
        lane.settled(ticket.message());
        waiting.add(ticket);
      }
    }
    return waiting;
  }

  synchronized boolean isEmpty() {
    return priority.size() == 0 && bulk.size() == 0;
  }

  synchronized int size(Lane lane) {
    return lane(lane).size();
  }

  synchronized long bytes() {
    return priority.bytes() + bulk.bytes();
  }

  private SharedLane lane(Lane lane) {
    return lane == Lane.PRIORITY ? priority : bulk;
  }

  private void expire(long nowNanos, List<Ticket> expired) {
    for (Ticket head = bulk.peek(); head != null; head = bulk.peek()) {
      OutboundMessage message = head.message();
      if (nowNanos - message.createdNanos() <= maxBulkAgeNanos) {
        return;
      }
      bulk.remove(message);
      bulk.settled(message);
      expired.add(head);
    }
  }

  private @Nullable SharedLane next() {
    Ticket waiting = bulk.peek();
    if (waiting == null) {
      return priority;
    }
    boolean isBulkNext =
        priority.size() == 0 || turns.isBulkDue(waiting.message().body().length);
    return isBulkNext ? bulk : priority;
  }

  private void remove(SharedLane lane, OutboundMessage message) {
    lane.remove(message);
    if (lane == bulk) {
      turns.tookBulk();
    } else {
      turns.tookPriority(message.body().length, bulk.size() > 0);
    }
  }
}
