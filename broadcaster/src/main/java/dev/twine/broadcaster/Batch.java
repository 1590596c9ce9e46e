package dev.twine.broadcaster;

import dev.twine.broadcaster.Ticket.Drop;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What all event loops get at a time: messages in order, framed once per wire form.
 *
 * <p>Made by the worker, read by the loops; the last loop to report settles the tickets and
 * releases the frames.
 */
final class Batch {
  private final long id;
  private final Ticket[] tickets;
  private final OutboundMessage[] messages;
  private final Through through;
  private final boolean hasDigests;
  private final boolean hasSenders;
  private WireForm[] forms = {};
  private Frames[] frames = {};
  private int lostTo;

  // Guarded by this batch.
  private int openLoops;
  private Consumer<OutboundMessage[]> settled = ignored -> {};
  private final int[] queued;
  private @Nullable List<Map<Drop, Integer>> dropped;

  Batch(long id, List<Ticket> taken, Through through) {
    this.id = id;
    this.through = through;
    tickets = taken.toArray(new Ticket[0]);
    messages = new OutboundMessage[tickets.length];
    queued = new int[tickets.length];
    boolean digests = false;
    boolean senders = false;
    for (int i = 0; i < messages.length; i++) {
      messages[i] = tickets[i].message();
      digests |= messages[i].digest() != null;
      senders |= messages[i].except() != null;
    }
    hasDigests = digests;
    hasSenders = senders;
  }

  /** Frames every message once per form. */
  void frame(WireForm[] used, ByteBufAllocator allocator) {
    var framed = new ArrayList<Frames>(used.length);
    try {
      for (WireForm form : used) {
        framed.add(Frames.of(messages, form, allocator));
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      // Whatever a form or the allocator throws, the forms before it must not leak.
      framed.forEach(Frames::release);
      throw e;
    }
    forms = used;
    frames = framed.toArray(new Frames[0]);
  }

  /** There will be no frames: so many peers go without. */
  void lose(int peers) {
    lostTo = peers;
  }

  /**
   * Waits for the reports of that many loops.
   *
   * @param whenSettled runs once, after the last report, on the thread that made it
   */
  void open(int loops, Consumer<OutboundMessage[]> whenSettled) {
    synchronized (this) {
      openLoops = loops;
      settled = whenSettled;
    }
    if (loops == 0) {
      finish();
    }
  }

  /** Above zero, and different for each batch. */
  long id() {
    return id;
  }

  int size() {
    return messages.length;
  }

  OutboundMessage message(int index) {
    return messages[index];
  }

  Ticket ticket(int index) {
    return tickets[index];
  }

  boolean hasDigests() {
    return hasDigests;
  }

  boolean hasSenders() {
    return hasSenders;
  }

  /** What is in this batch or an earlier one. */
  Through through() {
    return through;
  }

  /** Null if no peer used the form when the batch was made. */
  @Nullable
  Frames frames(WireForm form) {
    for (int i = 0; i < forms.length; i++) {
      if (forms[i] == form) {
        return frames[i];
      }
    }
    return null;
  }

  /** A loop has asked all its peers. The last one settles the tickets. */
  void report(Tally tally) {
    synchronized (this) {
      for (int i = 0; i < queued.length; i++) {
        queued[i] += tally.queued(i);
      }
      if (tally.hasDrops()) {
        addDrops(tally);
      }
      if (--openLoops > 0) {
        return;
      }
    }
    finish();
  }

  private void addDrops(Tally tally) {
    if (dropped == null) {
      dropped = new ArrayList<>();
      for (int i = 0; i < messages.length; i++) {
        dropped.add(new EnumMap<>(Drop.class));
      }
    }
    for (int i = 0; i < messages.length; i++) {
      tally.addDropsTo(dropped.get(i), i);
    }
  }

  private void finish() {
    for (Frames framed : frames) {
      framed.release();
    }
    for (int i = 0; i < tickets.length; i++) {
      if (lostTo > 0) {
        tickets[i].abandon(Drop.NOT_FRAMED, lostTo);
      } else {
        tickets[i].settle(queued[i], dropped == null ? Map.of() : dropped.get(i));
      }
    }
    settled.accept(messages);
  }
}
