package dev.twine.broadcaster;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who takes part: the event loops that have peers, and the wire forms that they use.
 *
 * <p>The worker reads both anew for each batch, so peers come and go under any load. Its lock also
 * covers the taking of a batch: a loop that appears knows exactly which messages it will not see.
 * Safe for use by several threads.
 */
final class Roster {
  private final Map<EventLoop, LoopWriter> byLoop = new HashMap<>();
  private final IdentityHashMap<LoopWriter, Integer> members = new IdentityHashMap<>();
  private final IdentityHashMap<WireForm, Integer> users = new IdentityHashMap<>();

  // Replaced, never written to.
  private volatile LoopWriter[] loops = {};
  private volatile WireForm[] forms = {};
  private volatile int peers;
  private volatile @Nullable Thread worker;
  private Through handed = Through.NOTHING;
  private boolean closed;

  /** Names the thread that may not wait for itself. */
  void worker(Thread thread) {
    worker = thread;
  }

  /**
   * Counts a peer in and returns the writer of its loop.
   *
   * @throws IllegalStateException once closed
   */
  synchronized LoopWriter join(
      EventLoop loop, WireForm form, BiFunction<EventLoop, Through, LoopWriter> newWriter) {
    if (closed) {
      throw new IllegalStateException("the broadcaster is closed");
    }
    LoopWriter writer = byLoop.computeIfAbsent(loop, key -> newWriter.apply(key, handed));
    members.merge(writer, 1, Integer::sum);
    users.merge(form, 1, Integer::sum);
    peers = peers + 1;
    publish();
    return writer;
  }

  /** Counts a peer out; the writer of a loop without peers gets no more batches. */
  synchronized void leave(LoopWriter writer, WireForm form) {
    users.computeIfPresent(form, (key, count) -> count == 1 ? null : count - 1);
    peers = peers - 1;
    if (members.computeIfPresent(writer, (key, count) -> count == 1 ? null : count - 1) == null) {
      byLoop.remove(writer.loop(), writer);
    }
    publish();
  }

  /** No peer joins from now on. */
  synchronized List<LoopWriter> close() {
    closed = true;
    return new ArrayList<>(byLoop.values());
  }

  /** That batch goes to the loops of now; call with this lock held since it was taken. */
  synchronized void handed(Batch batch) {
    handed = batch.through();
  }

  LoopWriter[] loops() {
    return loops;
  }

  WireForm[] forms() {
    return forms;
  }

  int peers() {
    return peers;
  }

  /**
   * Refuses to let a thread wait that others wait for.
   *
   * @throws IllegalStateException on an event loop, the worker, or a thread that is NoWaiting
   */
  void refuseWaitingHere() {
    Thread here = Thread.currentThread();
    boolean refused = here instanceof NoWaiting
        || here == worker
        || (here instanceof FastThreadLocalThread netty && !netty.permitBlockingCalls());
    for (LoopWriter writer : loops) {
      refused |= writer.loop().inEventLoop();
    }
    if (refused) {
      throw new IllegalStateException(
          "waiting on " + here.getName() + " would hold up what it waits for");
    }
  }

  private void publish() {
    loops = byLoop.values().toArray(new LoopWriter[0]);
    forms = users.keySet().toArray(new WireForm[0]);
  }
}
