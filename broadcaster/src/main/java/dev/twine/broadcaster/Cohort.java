package dev.twine.broadcaster;

import dev.twine.broadcaster.Ticket.Drop;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The peers of one event loop that get the same bytes: same wire form, same interest.
 *
 * <p>Confined to the event loop. Peers move between its two lists only before a batch, so nothing
 * that happens while bytes are written disturbs the walk.
 */
final class Cohort {
  private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

  private final WireForm form;
  private final TagSet interest;
  private final LoopContext context;
  private final ArrayList<LoopPeer> inStep = new ArrayList<>();
  private final ArrayList<LoopPeer> lagging = new ArrayList<>();
  private final Runs shared = new Runs();
  private final Runs own = new Runs();

  Cohort(WireForm form, TagSet interest, LoopContext context) {
    this.form = form;
    this.interest = interest;
    this.context = context;
  }

  void add(LoopPeer peer) {
    peer.place(this, inStep.size());
    inStep.add(peer);
  }

  void remove(LoopPeer peer) {
    List<LoopPeer> list =
        peer.index() < inStep.size() && inStep.get(peer.index()) == peer ? inStep : lagging;
    removeFrom(list, peer);
    peer.place(null, 0);
  }

  boolean isEmpty() {
    return inStep.isEmpty() && lagging.isEmpty();
  }

  int size() {
    return inStep.size() + lagging.size();
  }

  boolean wants(OutboundMessage message) {
    return interest.wants(message.tag());
  }

  /** A copy, so that peers may leave while the caller walks. */
  List<LoopPeer> members() {
    var members = new ArrayList<>(inStep);
    members.addAll(lagging);
    return members;
  }

  /** Hands the batch to every peer. */
  void deliver(Batch batch, Tally tally) {
    Frames all = batch.frames(form);
    sort();
    if (all == null) {
      return;
    }
    Frames frames = all.only(interest, batch, ALLOCATOR);
    try {
      countFailed(batch, frames, tally);
      writeToPeersInStep(batch, frames, tally);
      queueForLaggingPeers(batch, frames, tally);
    } finally {
      if (frames != all) {
        frames.release();
      }
    }
  }

  /** Peers that fell behind leave the fast path; those that caught up return to it. */
  private void sort() {
    for (int i = lagging.size() - 1; i >= 0; i--) {
      LoopPeer peer = lagging.get(i);
      peer.drain();
      if (peer.isInStep()) {
        move(peer, lagging, inStep);
      }
    }
    for (int i = inStep.size() - 1; i >= 0; i--) {
      LoopPeer peer = inStep.get(i);
      if (!peer.isInStep()) {
        move(peer, inStep, lagging);
      }
    }
  }

  private void writeToPeersInStep(Batch batch, Frames frames, Tally tally) {
    shared.clear();
    shared.addAll(frames, batch.size());
    int alike = 0;
    for (int i = 0; i < inStep.size(); i++) {
      LoopPeer peer = inStep.get(i);
      if (!peer.takesAllOf(batch)) {
        writeOwn(peer, batch, frames, tally);
      } else if (!shared.isEmpty()) {
        shared.writeTo(peer.outlet(), frames);
        peer.wrote(frames.present(), frames.bytes());
        alike++;
      }
    }
    for (int i = 0; alike > 0 && i < batch.size(); i++) {
      if (frames.has(i)) {
        tally.queued(i, alike);
      }
    }
    tally.delivered((long) alike * frames.present(), alike * frames.bytes());
  }

  /** One peer that gets other bytes than the rest: less what it skips, and what is for it alone. */
  private void writeOwn(LoopPeer peer, Batch batch, Frames frames, Tally tally) {
    own.clear();
    int messages = 0;
    long bytes = 0;
    for (int i = 0; i < batch.size(); i++) {
      Ticket ticket = batch.ticket(i);
      OutboundMessage message = batch.message(i);
      if (peer.directs().isDueBefore(message.lane(), ticket.sequence())) {
        own.writeTo(peer.outlet(), frames);
        own.clear();
        peer.directs().sendThrough(message.lane(), ticket.sequence() - 1, true);
      }
      if (frames.has(i) && !peer.skips(message)) {
        own.add(frames, i);
        messages++;
        bytes += frames.length(i);
        tally.queued(i, 1);
      }
    }
    own.writeTo(peer.outlet(), frames);
    peer.wrote(messages, bytes);
    tally.delivered(messages, bytes);
  }

  private void queueForLaggingPeers(Batch batch, Frames frames, Tally tally) {
    if (lagging.isEmpty()) {
      return;
    }
    @Nullable QueuedFrame[] singles = new QueuedFrame[batch.size()];
    for (int i = 0; i < lagging.size(); i++) {
      queue(lagging.get(i), batch, frames, tally, singles);
    }
    for (QueuedFrame single : singles) {
      if (single != null) {
        single.frame().release();
      }
    }
  }

  private void queue(
      LoopPeer peer, Batch batch, Frames frames, Tally tally, @Nullable QueuedFrame[] singles) {
    for (int i = 0; i < batch.size(); i++) {
      Ticket ticket = batch.ticket(i);
      OutboundMessage message = batch.message(i);
      peer.directs().sendThrough(message.lane(), ticket.sequence() - 1, false);
      if (!frames.has(i) || peer.skips(message)) {
        continue;
      }
      QueuedFrame single = singles[i];
      if (single == null) {
        single = QueuedFrame.of(frames.alone(i, ALLOCATOR), ticket, message);
        singles[i] = single;
      }
      Drop drop = peer.enqueue(single, context.now());
      if (drop == null) {
        tally.queued(i, 1);
      } else {
        tally.dropped(i, drop, 1);
      }
    }
  }

  private void countFailed(Batch batch, Frames frames, Tally tally) {
    for (int i = 0; i < batch.size(); i++) {
      if (frames.failed(i)) {
        tally.dropped(i, Drop.NOT_FRAMED, size());
        context.counters().dropped(Drop.NOT_FRAMED, size());
      }
    }
  }

  private static void move(LoopPeer peer, List<LoopPeer> from, List<LoopPeer> to) {
    Cohort cohort = peer.cohort();
    removeFrom(from, peer);
    peer.place(cohort, to.size());
    to.add(peer);
  }

  /** The last one takes its place. */
  private static void removeFrom(List<LoopPeer> list, LoopPeer peer) {
    LoopPeer last = list.remove(list.size() - 1);
    if (last != peer) {
      list.set(peer.index(), last);
      last.place(last.cohort(), peer.index());
    }
  }
}
