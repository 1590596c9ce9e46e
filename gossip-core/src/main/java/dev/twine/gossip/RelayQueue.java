package dev.twine.gossip;

import dev.twine.broadcaster.OutboundMessage;
import dev.twine.broadcaster.Ticket.Refusal;
import dev.twine.network.Lane;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Messages of others that pass this node and find their lane full wait here, in order, and stay under
 * way at the session that brought them. So that session is soon not read from, and what it sends
 * faster than this node can pass on waits at its other end instead of being lost here. What may be
 * under way bounds what waits.
 *
 * <p>Safe for use by several threads.
 */
final class RelayQueue {
  /** A lane gets a few batches out in that time. */
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** A lane without room for that long is not just busy: the message is given up and counted. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Core core;
  private final String refusal;

  /** Guarded by this object. */
  private final Queue<Waiting> waiting = new ArrayDeque<>();

  private volatile boolean busy;

  private record Waiting(OutboundMessage message, Session from) {
    void leave() {
      from.inflow.leave(message.body().length);
    }
  }

  RelayQueue(Core core, Lane lane) {
    this.core = core;
    refusal = "lane." + lane.name().toLowerCase(Locale.ROOT);
  }

  /** Into the lane, or behind those that wait for it. */
  void forward(OutboundMessage message, Session from) {
    if (!busy && settled(message)) {
      return;
    }
    from.inflow.hold(message.body().length);
    synchronized (this) {
      waiting.add(new Waiting(message, from));
      if (!busy) {
        busy = true;
        schedule();
      }
    }
  }

  private void drain() {
    List<Waiting> done = new ArrayList<>();
    synchronized (this) {
      for (Waiting head = waiting.peek(); head != null; head = waiting.peek()) {
        if (!settled(head.message)) {
          break;
        }
        done.add(waiting.remove());
      }
      busy = !waiting.isEmpty();
      if (busy) {
        schedule();
      }
    }
    done.forEach(Waiting::leave);
  }

  /** True unless the message is to be offered again. */
  private boolean settled(OutboundMessage message) {
    Refusal refused = core.broadcaster().offer(message).refusal();
    long age = core.clock().nanoTime() - message.createdNanos();
    if (refused == Refusal.LANE_FULL && age < PATIENCE_NANOS) {
      return false;
    }
    if (refused != null) {
      core.counters().refused(refusal);
    }
    return true;
  }

  private void schedule() {
    core.clock().schedule(PAUSE, this::drain);
  }
}
