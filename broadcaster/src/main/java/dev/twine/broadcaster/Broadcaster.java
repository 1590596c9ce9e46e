package dev.twine.broadcaster;

import dev.twine.broadcaster.Ticket.Drop;
import dev.twine.broadcaster.Ticket.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;

/**
 * Sends messages to all attached peers: shared lanes, one worker thread, batches for event loops.
 *
 * <p>Every method may be called by any thread, and none but {@link #awaitBacklog} waits.
 */
public final class Broadcaster implements AutoCloseable {
  private final BroadcasterConfig config;
  private final LongSupplier nanoClock;
  private final SharedLanes lanes;
  private final Roster roster = new Roster();
  private final Counters counters = new Counters();
  private final Pace pace;
  private final Worker worker;
  private final DirectSender directSender;

  /**
   * Starts the worker.
   *
   * @param nanoClock {@code System::nanoTime} outside tests; messages are made with the same clock
   * @param threads asked for one thread
   */
  public Broadcaster(BroadcasterConfig config, LongSupplier nanoClock, ThreadFactory threads) {
    this.config = config;
    this.nanoClock = nanoClock;
    lanes = new SharedLanes(config);
    pace = new Pace(lanes, roster);
    worker = new Worker(lanes, roster, counters, pace, nanoClock);
    directSender = new DirectSender(lanes, roster, counters, config.lanes().largestMessage());
    Thread thread = threads.newThread(worker);
    worker.thread(thread);
    roster.worker(thread);
    thread.start();
  }

  /** Puts a message into its lane, or refuses it. */
  public Ticket offer(OutboundMessage message) {
    var ticket = new Ticket(roster, message);
    Refusal refusal = lanes.offer(ticket, message);
    if (refusal != null) {
      counters.refused(refusal);
      return new Ticket(roster, refusal);
    }
    counters.accepted.increment();
    worker.wakeForMessage();
    return ticket;
  }

  /**
   * Waits until no more than that is before the slowest peer: what the lane holds, what is on its way
   * to the event loops, and the longest queue of that lane that a peer has, however long it has lagged.
   *
   * @param messages most messages; with 0 and 0 bytes, until every channel has everything
   * @param bytes most bytes, of bodies in the lane and of frames in queues
   * @return true if so; false at the deadline, or once closed
   * @throws IllegalStateException on an event loop, or on a thread that is {@link NoWaiting}
   */
  public boolean awaitBacklog(Lane lane, int messages, long bytes, Duration deadline)
      throws InterruptedException {
    return pace.await(lane, messages, bytes, deadline);
  }

  /**
   * Lets a peer take part from the next batch on. Sets the write marks of the channel and adds a
   * handler at the end of its pipeline; frames are written there, so every outbound handler of the
   * pipeline sees them as plain {@code ByteBuf}. A channel that closes is detached by itself.
   *
   * @param channel registered with its event loop
   * @throws IllegalStateException if the broadcaster is closed
   */
  public PeerWriter attach(
      Channel channel, WireForm form, TagSet interest, PeerWriter.Listener listener) {
    channel
        .config()
        .setWriteBufferWaterMark(
            new WriteBufferWaterMark(config.writes().lowMark(), config.writes().highMark()));
    LoopWriter loop = roster.join(channel.eventLoop(), form, this::newLoop);
    var peer = new PeerWriter(
        channel, listener, directSender, self -> new Membership(self, loop, form, interest));
    peer.membership().tellLoop();
    return peer;
  }

  /** What it has done and what waits. */
  public BroadcasterStats stats() {
    return counters.snapshot(
        roster.peers(), lanes.size(Lane.PRIORITY), lanes.size(Lane.BULK), lanes.bytes());
  }

  /**
   * Refuses new messages, drops those that wait and completes every ticket. Channels stay open;
   * their event loops finish the rest, so they are shut down after this.
   */
  @Override
  public void close() {
    for (Ticket ticket : lanes.close()) {
      counters.dropped(Drop.CLOSED, roster.peers());
      ticket.abandon(Drop.CLOSED, roster.peers());
    }
    roster.close().forEach(LoopWriter::close);
    worker.close();
    pace.close();
  }

  /** For tests, which run the worker by hand. */
  Worker worker() {
    return worker;
  }

  private LoopWriter newLoop(EventLoop loop, Through handed) {
    var context = new LoopContext(
        config,
        counters,
        new Inbox(config.lanes().directInbox()),
        new LagTimer(loop, config, nanoClock),
        pace,
        nanoClock);
    return new LoopWriter(loop, context, roster, worker, handed);
  }
}
