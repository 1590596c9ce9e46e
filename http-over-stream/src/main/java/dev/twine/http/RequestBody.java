package dev.twine.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request on its way from the event loop to a service thread.
 *
 * <p>The loop appends, ends or fails it and never waits; the service reads and waits. When the loop
 * has put in {@link Inflow#HIGH} bytes it stops to read from the connection, until the service has taken
 * them to below {@link Inflow#LOW}. Time counts against the caller only while the loop reads.
 */
final class RequestBody extends InputStream {
  /** The loop ends every wait long before; this only makes sure that none is for ever. */
  private static final long SAFETY_NANOS = TimeUnit.HOURS.toNanos(1);

  private final ServiceLimits limits;
  /** Tells the loop to read: at the first read of a service, and when the buffer has drained. */
  private final Runnable resume;

  private final Inflow inflow = new Inflow();
  private final boolean withheld;
  private boolean paused;
  private boolean asked;
  private long received;
  private long readingNanos;
  private long silentNanos;
  private long countedUntil;

  RequestBody(ServiceLimits limits, Runnable resume, boolean withheld, long nowNanos) {
    this.limits = limits;
    this.resume = resume;
    this.withheld = withheld;
    this.paused = withheld;
    this.countedUntil = nowNanos;
  }

  /** Takes what arrived; the caller keeps its buffer. Returns false if the loop is to stop reading. */
  synchronized boolean append(ByteBuf bytes, long nowNanos) {
    count(nowNanos);
    if (!inflow.isOpen()) {
      return false;
    }
    silentNanos = 0;
    received += bytes.readableBytes();
    if (received > limits.body().bytes() || inflow.size() + bytes.readableBytes() > Inflow.HARD) {
      fail(new RefusedException(Refusal.BODY_TOO_LARGE));
      return false;
    }
    inflow.append(bytes);
    // Never cleared here: only the service that drains it tells the loop to read again.
    paused = paused || inflow.size() >= Inflow.HIGH;
    return !paused;
  }

  /** The caller has sent all of it. */
  void end() {
    inflow.end();
  }

  /** No more will come, and that is an error. The first reason stays. */
  void fail(IOException reason) {
    inflow.fail(reason);
  }

  /** Whether the loop still expects parts of it. */
  boolean isOpen() {
    return inflow.isOpen();
  }

  boolean isComplete() {
    return inflow.isEnded();
  }

  /** Whether the caller waits to be asked for it, and nobody has. */
  synchronized boolean isWithheld() {
    return withheld && !asked && !inflow.isEnded();
  }

  /** The reason to end a body that is too slow by now. */
  synchronized @Nullable Refusal tick(long nowNanos) {
    count(nowNanos);
    if (!inflow.isOpen() || paused) {
      return null;
    }
    long overGrace = readingNanos - limits.body().grace().toNanos();
    double due = limits.body().rate() * (overGrace / 1e9);
    boolean isSilent = silentNanos >= limits.body().silence().toNanos();
    return isSilent || (overGrace > 0 && received < due) ? Refusal.SLOW_BODY : null;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    askOnce();
    int taken = take(target, offset, length);
    if (drained()) {
      resume.run();
    }
    return taken;
  }

  @Override
  public int available() {
    return inflow.size();
  }

  private void askOnce() {
    boolean isFirst;
    synchronized (this) {
      isFirst = !asked && !inflow.isEnded();
      asked = true;
      if (isFirst && inflow.size() < Inflow.HIGH) {
        paused = false;
      }
    }
    if (isFirst) {
      resume.run();
    }
  }

  private int take(byte[] target, int offset, int length) throws IOException {
    try {
      return inflow.take(target, offset, length, SAFETY_NANOS);
    } catch (SocketTimeoutException e) {
      throw new RefusedException(Refusal.SLOW_BODY);
    }
  }

  private synchronized boolean drained() {
    if (paused && inflow.size() < Inflow.LOW) {
      paused = false;
      return true;
    }
    return false;
  }

  private void count(long nowNanos) {
    if (!paused) {
      readingNanos += nowNanos - countedUntil;
      silentNanos += nowNanos - countedUntil;
    }
    countedUntil = nowNanos;
  }
}
