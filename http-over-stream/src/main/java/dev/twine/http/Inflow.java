package dev.twine.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from an event loop to one thread that waits for them. The loop bounds how many
 * there are; it never waits here.
 */
final class Inflow {
  /** With so many bytes here its channel is not read from, until there are fewer than {@link #LOW}. */
  static final int HIGH = 64 << 10;

  static final int LOW = 16 << 10;

  /** A channel that does not stop at once may go past HIGH by what one read brings, not by more. */
  static final int HARD = 1 << 20;

  private final ByteRing ring = new ByteRing();
  private @Nullable IOException failure;
  private boolean ended;

  /** Takes what arrived, unless it has ended; the caller keeps its buffer. */
  synchronized void append(ByteBuf bytes) {
    if (isOpen()) {
      ring.append(bytes);
      notifyAll();
    }
  }

  /** Nothing comes any more, as it should be. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Nothing comes any more, which is an error when what is here has been read. The first stays. */
  synchronized void fail(IOException reason) {
    if (isOpen()) {
      failure = reason;
      notifyAll();
    }
  }

  /** Nobody wants it any more: what is here is dropped, and every read fails. */
  synchronized void abandon(IOException reason) {
    ring.clear();
    failure = reason;
    ended = false;
    notifyAll();
  }

  synchronized int size() {
    return ring.size();
  }

  synchronized boolean isOpen() {
    return !ended && failure == null;
  }

  synchronized boolean isEnded() {
    return ended;
  }

  /**
   * Waits for bytes and moves up to length of them out; -1 at the end.
   *
   * @param nanos how long to wait; 0 for ever
   * @throws SocketTimeoutException after that time, and the next call may do better
   */
  synchronized int take(byte[] target, int offset, int length, long nanos) throws IOException {
    long start = System.nanoTime();
    while (ring.size() == 0) {
      if (failure != null) {
        throw RefusedException.again(failure);
      }
      if (ended) {
        return -1;
      }
      long left = nanos == 0 ? Long.MAX_VALUE : nanos - (System.nanoTime() - start);
      if (left <= 0) {
        throw new SocketTimeoutException(
            "nothing came for " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms");
      }
      await(left);
    }
    return ring.take(target, offset, length);
  }

  private void await(long nanos) throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for bytes");
    }
  }
}
