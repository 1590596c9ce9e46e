package dev.twine.http;

import io.netty.channel.ChannelOutboundInvoker;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of bytes from a thread to a channel: at most {@link #HIGH} of them and one part are under
 * way, and the thread waits while the other end does not take them.
 *
 * <p>Progress is the completion of a write. Whether there is too little of it, the event loop
 * judges.
 */
final class Outgoing {
  static final int HIGH = 64 << 10;

  /** The loop cuts a stalled response long before; this only makes sure that no wait is for ever. */
  private static final long SAFETY_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final ChannelOutboundInvoker channel;
  private final LongSupplier nanoClock;
  private @Nullable IOException failure;
  private long pending;
  private long progressNanos;

  Outgoing(ChannelOutboundInvoker channel, LongSupplier nanoClock) {
    this.channel = channel;
    this.nanoClock = nanoClock;
  }

  /**
   * Sends one part; waits before it, if too much is under way.
   *
   * @param part given away, also when this fails
   * @param bytes how much it counts, at least 1
   */
  void send(Object part, int bytes, Runnable whenSent) throws IOException {
    try {
      reserve(bytes);
    } catch (IOException e) {
      ReferenceCountUtil.release(part);
      throw e;
    }
    channel.writeAndFlush(part).addListener(done -> {
      sent(bytes, done.cause());
      if (done.isSuccess()) {
        whenSent.run();
      }
    });
  }

  /** Ends every wait: the connection is gone. */
  synchronized void fail(IOException reason) {
    if (failure == null) {
      failure = reason;
      notifyAll();
    }
  }

  /** Whether something has been under way for too long without progress. */
  synchronized boolean isStalled(long nowNanos, long limitNanos) {
    return pending > 0 && nowNanos - progressNanos >= limitNanos;
  }

  synchronized boolean isIdle() {
    return pending == 0;
  }

  private synchronized void reserve(int bytes) throws IOException {
    long deadline = System.currentTimeMillis() + SAFETY_MILLIS;
    while (failure == null && pending > HIGH) {
      long left = deadline - System.currentTimeMillis();
      if (left <= 0) {
        throw new RefusedException(Refusal.STALLED);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while writing");
      }
    }
    if (failure != null) {
      throw RefusedException.again(failure);
    }
    if (pending == 0) {
      progressNanos = nanoClock.getAsLong();
    }
    pending += bytes;
  }

  private synchronized void sent(int bytes, @Nullable Throwable cause) {
    pending -= bytes;
    progressNanos = nanoClock.getAsLong();
    if (cause != null) {
      fail(new IOException("the connection ended before all was written", cause));
    }
    notifyAll();
  }
}
