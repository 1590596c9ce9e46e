package dev.twine.libp2p.core.yamux;

import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to send on one connection: those who want to, round robin, each with as many
 * bytes a round as its weight says. Every operation takes constant time.
 *
 * <p>A turn may end in debt, as frames are not cut to fit; the debt is paid in the next rounds, and
 * not lost by leaving for a while. Credit that was not used is.
 *
 * @param <T> the sender
 */
final class SendSchedule<T> {
  /** Bytes a round per unit of weight: with the usual weight of 16, a round is one frame. */
  static final int BYTES_PER_WEIGHT = 1 << 10;

  /** The place of one sender, in the list or not. */
  static final class Turn<T> {
    private final T sender;
    private int weight;
    private long credit;
    private @Nullable Turn<T> previous;
    private @Nullable Turn<T> next;
    private boolean waiting;

    Turn(T sender, int weight) {
      this.sender = sender;
      this.weight = weight;
    }

    T sender() {
      return sender;
    }

    boolean isWaiting() {
      return waiting;
    }

    /** Holds from its next round on. */
    void weight(int newWeight) {
      weight = newWeight;
    }
  }

  private @Nullable Turn<T> first;
  private @Nullable Turn<T> last;

  boolean isEmpty() {
    return first == null;
  }

  /** Whether more than one want to send. */
  boolean isContended() {
    return first != last;
  }

  /** It wants to send: behind all others, if it is not waiting already. */
  void add(Turn<T> turn) {
    if (turn.waiting) {
      return;
    }
    if (first == null) {
      // Nobody was kept waiting by its debt.
      turn.credit = 0;
    }
    append(turn);
  }

  /** It does not want to send any more. */
  void remove(Turn<T> turn) {
    if (turn.waiting) {
      unlink(turn);
      turn.credit = Math.min(turn.credit, 0);
    }
  }

  /** Whose turn it is; null if nobody wants to send. */
  @Nullable
  Turn<T> current() {
    for (Turn<T> turn = first; turn != null; turn = first) {
      if (turn.credit > 0) {
        return turn;
      }
      turn.credit = isContended() ? turn.credit + (long) turn.weight * BYTES_PER_WEIGHT : 1;
      if (turn.credit > 0) {
        return turn;
      }
      rotate(turn);
    }
    return null;
  }

  /** The current one has sent so much. */
  void sent(Turn<T> turn, long bytes) {
    turn.credit -= bytes;
    if (turn.credit <= 0 && turn.waiting) {
      rotate(turn);
    }
  }

  private void rotate(Turn<T> turn) {
    if (turn != last) {
      unlink(turn);
      append(turn);
    }
  }

  private void append(Turn<T> turn) {
    turn.waiting = true;
    turn.previous = last;
    if (last == null) {
      first = turn;
    } else {
      last.next = turn;
    }
    last = turn;
  }

  private void unlink(Turn<T> turn) {
    Turn<T> previous = turn.previous;
    Turn<T> next = turn.next;
    if (previous == null) {
      first = next;
    } else {
      previous.next = next;
    }
    if (next == null) {
      last = previous;
    } else {
      next.previous = previous;
    }
    turn.previous = null;
    turn.next = null;
    turn.waiting = false;
  }
}
