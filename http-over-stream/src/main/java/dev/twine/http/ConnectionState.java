package dev.twine.http;

import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Where one connection stands between its exchanges: what it waits for and since when, and what came
 * too early.
 *
 * <p>Does no I/O and reads no clock. Owns the parts that it holds. Confined to the event loop.
 */
final class ConnectionState {
  /** Parts of later requests that came in the same read as the end of the current one. */
  static final int MAX_AHEAD = 64;

  /** What is read and thrown away of a body that its service left, to keep the connection. */
  static final long MAX_DRAIN = 256 << 10;

  /** What the connection waits for. */
  enum Phase {
    /** Between two requests. */
    IDLE,
    /** A service has the request. */
    EXCHANGE,
    /** The response is out, and the rest of its request is thrown away. */
    DRAINING,
    /** The last response is under way, and whatever arrives is thrown away. */
    CLOSING,
    /** The last response is out, and a {@link Farewell} ends the connection. */
    LINGERING
  }

  private final ServiceLimits limits;
  private final Queue<HttpObject> ahead = new ArrayDeque<>();
  private Phase phase = Phase.IDLE;
  private long sinceNanos;
  private long drained;
  private boolean last;
  private boolean inputEnded;

  ConnectionState(ServiceLimits limits, long nowNanos) {
    this.limits = limits;
    this.sinceNanos = nowNanos;
  }

  Phase phase() {
    return phase;
  }

  void enter(Phase next, long nowNanos) {
    phase = next;
    sinceNanos = nowNanos;
    drained = 0;
  }

  /** No request follows the current one. */
  void markLast() {
    last = true;
  }

  boolean isLast() {
    return last;
  }

  /** The caller has ended its half. */
  void endInput() {
    inputEnded = true;
  }

  boolean isInputEnded() {
    return inputEnded;
  }

  /** Counts what is thrown away. Returns false if that is more than the connection is worth. */
  boolean drain(int bytes) {
    drained += bytes;
    return drained <= MAX_DRAIN;
  }

  /** Keeps a part that came too early and returns true, or leaves it with the caller. */
  boolean hold(HttpObject part) {
    return !last && ahead.size() < MAX_AHEAD && ahead.add(part);
  }

  boolean holdsNothing() {
    return ahead.isEmpty();
  }

  /** The part that came first, which is now the caller's; null if none waits. */
  @Nullable
  HttpObject next() {
    return ahead.poll();
  }

  /** Throws away what waits. */
  void dropHeld() {
    ahead.forEach(ReferenceCountUtil::release);
    ahead.clear();
  }

  /** Whether the connection has been where it is for too long; an exchange keeps its own time. */
  boolean isOverdue(long nowNanos) {
    long limit = switch (phase) {
      case IDLE, EXCHANGE -> limits.connection().keepAlive().toNanos();
      case DRAINING -> limits.body().silence().toNanos();
      case CLOSING -> limits.connection().writeStall().toNanos();
      case LINGERING -> Long.MAX_VALUE;
    };
    return nowNanos - sinceNanos >= limit;
  }
}
