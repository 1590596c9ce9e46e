package dev.twine.libp2p.core.yamux;

/**
 * How many bytes the peer may still send on one stream, and when it gets more. Credit follows what
 * the application has been given, never what has merely arrived; so what waits for the application
 * is never more than the window.
 *
 * <p>The window starts at what the protocol fixes and doubles whenever half of it went to the
 * application within {@value #FAST_ROUND_TRIPS} round trips, up to its own maximum and the
 * connection's budget: then it was the window that limited the transfer.
 *
 * <p>Credit goes out for half of the window, and of a large one sooner: a peer that has used its
 * window up waits for a round trip and for as long as the bytes of one update take.
 */
final class ReceiveWindow {
  /** As other implementations do: half a window in less than four round trips is too tight. */
  static final int FAST_ROUND_TRIPS = 4;

  /** The most that waits for an update: one more small frame for as much goes unnoticed. */
  static final int UPDATE_BYTES = 1 << 20;

  private final WindowBudget budget;
  private final long max;
  private long size = SendWindow.INITIAL;
  private long available = SendWindow.INITIAL;
  private long consumed;
  private long halfConsumed;
  private long halfBeganNanos;

  /**
   * @param max bytes that it never grows beyond
   * @param nowNanos when the stream opened
   */
  ReceiveWindow(WindowBudget budget, long max, long nowNanos) {
    this.budget = budget;
    this.max = max;
    this.halfBeganNanos = nowNanos;
    budget.open(size);
  }

  /** What the peer may still send. */
  long available() {
    return available;
  }

  /** What it may have outstanding at most. */
  long size() {
    return size;
  }

  /**
   * The header of a data frame came: its body is charged before a byte of it is taken.
   *
   * @param bytes 0 to 2^32-1
   */
  void received(long bytes) {
    if (bytes > available) {
      throw new YamuxException(
          Offence.WINDOW_EXCEEDED, bytes + " bytes of data with a window of " + available);
    }
    available -= bytes;
  }

  /** The application has been given bytes, which are worth credit. */
  void consumed(long bytes) {
    consumed += bytes;
    if (bytes < 0 || consumed > size - available) {
      throw new IllegalStateException("consumed more than was received");
    }
  }

  /** Whether an update is worth a frame. */
  boolean isUpdateDue() {
    return consumed >= Math.min(size / 2, UPDATE_BYTES);
  }

  /**
   * The credit to send now, at least what was consumed.
   *
   * @param rttNanos the connection's round trip; 0 if unknown, and then nothing grows
   */
  long update(long nowNanos, long rttNanos) {
    long credit = consumed;
    halfConsumed += consumed;
    consumed = 0;
    if (halfConsumed >= size / 2) {
      if (nowNanos - halfBeganNanos < FAST_ROUND_TRIPS * rttNanos) {
        credit += grow();
      }
      halfConsumed = 0;
      halfBeganNanos = nowNanos;
    }
    available += credit;
    return credit;
  }

  /** The stream has ended; its share of the connection's budget is free. */
  void close() {
    budget.close(Math.min(size, SendWindow.INITIAL), size);
    size = 0;
  }

  private long grow() {
    long growth = Math.min(size, max - size);
    if (growth <= 0 || !budget.grow(growth)) {
      return 0;
    }
    size += growth;
    return growth;
  }
}
