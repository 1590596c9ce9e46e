package dev.twine.broadcaster;

import dev.twine.broadcaster.Ticket.Drop;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that turns what waits in the lanes into batches, as fast as the slowest event loop
 * takes them.
 */
final class Worker implements Runnable {
  /** What came of a look at the lanes. */
  enum Turn {
    HANDED,
    NO_MESSAGES,
    NO_ROOM
  }

  /** Only against an event loop that died without a word; every other cause wakes the worker. */
  private static final long MAX_PARK_NANOS = 1_000_000_000;

  private final SharedLanes lanes;
  private final Roster roster;
  private final Counters counters;
  private final Pace pace;
  private final LongSupplier nanoClock;
  private volatile @Nullable Thread thread;
  private volatile Turn waitsFor = Turn.HANDED;
  private volatile boolean closed;

  Worker(SharedLanes lanes, Roster roster, Counters counters, Pace pace, LongSupplier nanoClock) {
    this.lanes = lanes;
    this.roster = roster;
    this.counters = counters;
    this.pace = pace;
    this.nanoClock = nanoClock;
  }

  /** Names the thread that runs this. */
  void thread(Thread worker) {
    thread = worker;
  }

  @Override
  public void run() {
    while (!closed) {
      Turn turn = turn();
      if (turn != Turn.HANDED) {
        park(turn);
      }
    }
  }

  /** A message came. */
  void wakeForMessage() {
    wake(Turn.NO_MESSAGES);
  }

  /** A loop has room again. */
  void wakeForRoom() {
    wake(Turn.NO_ROOM);
  }

  void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  /** Hands over one batch, if there is one and every loop has room for it. */
  Turn turn() {
    if (lanes.isEmpty()) {
      return Turn.NO_MESSAGES;
    }
    var expired = new ArrayList<Ticket>(0);
    Batch batch;
    LoopWriter[] loops;
    WireForm[] forms;
    synchronized (roster) {
      loops = roster.loops();
      forms = roster.forms();
      if (!haveRoom(loops)) {
        return Turn.NO_ROOM;
      }
      batch = lanes.take(nanoClock.getAsLong(), expired);
      roster.handed(batch);
    }
    for (Ticket ticket : expired) {
      counters.dropped(Drop.TOO_OLD, roster.peers());
      ticket.abandon(Drop.TOO_OLD, roster.peers());
    }
    if (!expired.isEmpty()) {
      pace.changed();
    }
    hand(batch, loops, forms);
    return Turn.HANDED;
  }

  private void hand(Batch batch, LoopWriter[] loops, WireForm[] forms) {
    try {
      batch.frame(forms, ByteBufAllocator.DEFAULT);
    } catch (RuntimeException | OutOfMemoryError e) {
      // No memory for frames, or a form that fails: the messages are lost, the only worker is not.
      counters.dropped(Drop.NOT_FRAMED, (long) batch.size() * roster.peers());
      batch.lose(roster.peers());
    }
    counters.batches.increment();
    batch.open(loops.length, this::settled);
    for (LoopWriter loop : loops) {
      loop.post(batch);
    }
  }

  private void settled(OutboundMessage[] messages) {
    lanes.settled(messages);
    pace.changed();
  }

  private static boolean haveRoom(LoopWriter[] loops) {
    for (LoopWriter loop : loops) {
      if (!loop.hasRoom()) {
        return false;
      }
    }
    return true;
  }

  private void park(Turn reason) {
    waitsFor = reason;
    // Looked at again after the mark is set, so that no wake-up is missed.
    if (!closed && turn() == reason) {
      LockSupport.parkNanos(this, MAX_PARK_NANOS);
      for (LoopWriter loop : roster.loops()) {
        loop.checkAlive();
      }
    }
    waitsFor = Turn.HANDED;
  }

  private void wake(Turn reason) {
    if (waitsFor == reason) {
      LockSupport.unpark(thread);
    }
  }
}
