package dev.twine.broadcaster;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The part of a broadcaster that lives in one event loop: a single task that takes at most one
 * batch a turn and hands it to the cohorts.
 */
final class LoopWriter implements Runnable {
  /** One to work on and one to go on with; more would hide a lagging loop from the lanes. */
  static final int MAX_OUTSTANDING = 2;

  /** So that direct messages without end leave the loop time for its sockets. */
  private static final int MAX_DIRECTS_PER_TURN = 1024;

  private final EventLoop loop;
  private final LoopContext context;
  private final Inbox inbox;
  private final Roster roster;
  private final Worker worker;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicBoolean dead = new AtomicBoolean();
  private final AtomicInteger outstanding = new AtomicInteger();

  // Confined to the event loop.
  private final LoopPeers peers;
  private final Tally tally = new Tally();
  private Through through;
  private long lastSweepNanos;
  private boolean timerSet;
  private boolean inTurn;

  /**
   * Made with the lock of the roster held.
   *
   * @param through the messages of each lane that went out before this loop took part
   */
  LoopWriter(EventLoop loop, LoopContext context, Roster roster, Worker worker, Through through) {
    this.loop = loop;
    this.context = context;
    this.inbox = context.inbox();
    this.roster = roster;
    this.worker = worker;
    this.through = through;
    this.peers = new LoopPeers(context);
    this.lastSweepNanos = context.now();
  }

  EventLoop loop() {
    return loop;
  }

  LoopContext context() {
    return context;
  }

  /** Queues have become shorter; only the event loop. Who waits hears of it at the end of a turn. */
  void drained() {
    if (!inTurn && context.pace().isAwaited()) {
      schedule();
    }
  }

  /** Whether the worker may post a batch. */
  boolean hasRoom() {
    return outstanding.get() < MAX_OUTSTANDING;
  }

  /** Leaves a batch for the next turn. Only the worker, and only if there is room. */
  void post(Batch batch) {
    outstanding.incrementAndGet();
    if (inbox.add(batch)) {
      schedule();
    } else {
      var nobody = new Tally();
      nobody.start(batch.size());
      batch.report(nobody);
      outstanding.decrementAndGet();
    }
  }

  /** A peer joined, left or wants other tags. */
  void changed(PeerWriter peer) {
    inbox.add(peer);
    schedule();
  }

  boolean isClosed() {
    return inbox.isClosed();
  }

  /** Takes room for a direct message, if there is. */
  boolean reserve(int bytes) {
    return inbox.reserve(bytes);
  }

  /** Gives back room that was not needed. */
  void unreserve(int bytes) {
    inbox.settled(bytes);
  }

  /** Takes over the frame and returns true; or leaves it with the caller once closed. */
  boolean send(Direct direct) {
    boolean added = inbox.add(direct);
    if (added) {
      schedule();
    }
    return added;
  }

  /** Drops what waits, and lets go of every peer. */
  void close() {
    inbox.close();
    schedule();
  }

  /** Notices a loop that ended without running its last tasks. */
  void checkAlive() {
    if (loop.isShutdown()) {
      bury();
    }
  }

  @Override
  public void run() {
    scheduled.set(false);
    try {
      turn();
    } finally {
      if (!inbox.isEmpty()) {
        schedule();
      }
    }
  }

  private void turn() {
    inTurn = true;
    try {
      work();
    } finally {
      inTurn = false;
      context.pace().changed();
    }
  }

  private void work() {
    reconcile();
    for (int i = 0; i < MAX_DIRECTS_PER_TURN; i++) {
      Direct direct = inbox.pollDirect();
      if (direct == null) {
        break;
      }
      peers.add(direct);
    }
    if (inbox.isClosed()) {
      end();
      return;
    }
    Batch batch = inbox.pollBatch();
    if (batch != null) {
      deliver(batch);
    }
    peers.sendDirects(through);
    long now = context.now();
    if (now - lastSweepNanos >= context.config().lag().sweepInterval().toNanos()) {
      sweep(now);
    }
    setTimer();
  }

  private void reconcile() {
    for (PeerWriter peer = inbox.pollChange(); peer != null; peer = inbox.pollChange()) {
      Membership membership = peer.membership();
      membership.seen();
      if (peers.reconcile(peer) && membership.leave()) {
        roster.leave(this, membership.form());
      }
    }
  }

  private void deliver(Batch batch) {
    tally.start(batch.size());
    try {
      peers.deliver(batch, tally);
    } finally {
      through = batch.through();
      context.delivered(tally.deliveries(), tally.deliveredBytes());
      report(batch);
    }
  }

  private void report(Batch batch) {
    batch.report(tally);
    outstanding.decrementAndGet();
    worker.wakeForRoom();
  }

  private void sweep(long nowNanos) {
    lastSweepNanos = nowNanos;
    peers.sweep(nowNanos);
  }

  /** For the time without batches; under load a turn sweeps when it is due. */
  private void setTimer() {
    if (timerSet || peers.isEmpty() || loop.isShuttingDown()) {
      return;
    }
    timerSet = true;
    long interval = context.config().lag().sweepInterval().toNanos();
    loop.schedule(
        () -> {
          timerSet = false;
          sweep(context.now());
          drained();
          setTimer();
        },
        interval,
        TimeUnit.NANOSECONDS);
  }

  /** Everything that waits is given up and every peer let go. */
  private void end() {
    for (Batch batch = inbox.pollBatch(); batch != null; batch = inbox.pollBatch()) {
      tally.start(batch.size());
      peers.giveUp(batch, tally);
      report(batch);
    }
    peers.all().forEach(PeerWriter::detach);
    reconcile();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        loop.execute(this);
      } catch (RejectedExecutionException e) {
        bury();
      }
    }
  }

  /** Ends on another thread what the loop can no longer end, once it has surely stopped. */
  private void bury() {
    if (dead.compareAndSet(false, true)) {
      inbox.close();
      loop.terminationFuture().addListener(ignored -> turn());
    }
  }
}
