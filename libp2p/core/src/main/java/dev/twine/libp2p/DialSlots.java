package dev.twine.libp2p;

import java.util.ArrayDeque;
import java.util.Queue;

/** Dials under way in the whole host. Those beyond the limit wait in order. Any thread. */
final class DialSlots {
  /** Dials that wait, per slot; more means that nobody will want the result any more. */
  static final int WAITING_PER_SLOT = 16;

  private final int slots;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int used;

  DialSlots(int slots) {
    this.slots = slots;
  }

  /**
   * Runs the task when there is a slot, at once if there is one now; the slot is then the task's to
   * {@link #release}. False if too many wait already.
   */
  boolean acquire(Runnable task) {
    synchronized (this) {
      if (used >= slots) {
        return waiting.size() < slots * WAITING_PER_SLOT && waiting.add(task);
      }
      used++;
    }
    task.run();
    return true;
  }

  /** The task does not want a slot any more; nothing happens if it does not wait. */
  synchronized void forget(Runnable task) {
    waiting.remove(task);
  }

  /** Gives a slot back, or on to whoever waits longest. */
  void release() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        used--;
        return;
      }
    }
    next.run();
  }

  synchronized int used() {
    return used;
  }
}
