package dev.twine.libp2p.core.yamux;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives a stream up that has something to send and has got rid of none of it for too long. Looks at
 * the stream now and then, and only while it has to wait. Confined to the event loop.
 */
final class StallWatch implements Runnable {
  /** Looks in the time of a limit; the stream is given up that much later at most. */
  private static final int LOOKS = 4;

  private final YamuxStream stream;
  private final YamuxSession session;
  private @Nullable Future<?> next;
  private long seenBytes;
  private long progressNanos;
  private long lookedNanos;

  StallWatch(YamuxStream stream, YamuxSession session) {
    this.stream = stream;
    this.session = session;
  }

  /** The stream has to wait, and may do so for as long as its limit says. */
  void start() {
    if (next == null) {
      progress(session.nowNanos());
      lookAgain();
    }
  }

  /** Whatever happened before, the time begins now. */
  void restart() {
    start();
    progress(session.nowNanos());
  }

  /** The stream has closed. */
  void stop() {
    if (next != null) {
      next.cancel(false);
      next = null;
    }
  }

  @Override
  public void run() {
    if (!stream.isOpen() || !stream.output().hasUnsent()) {
      next = null;
      return;
    }
    long now = session.nowNanos();
    Duration limit = limit();
    boolean asleep = now - lookedNanos > limit.toNanos();
    if (stream.output().sentBytes() != seenBytes || asleep || limit.isZero()) {
      progress(now);
    } else if (now - progressNanos >= limit.toNanos()) {
      giveUp(limit);
      return;
    }
    lookAgain();
  }

  private void progress(long now) {
    seenBytes = stream.output().sentBytes();
    progressNanos = now;
  }

  private void lookAgain() {
    lookedNanos = session.nowNanos();
    Duration limit = limit();
    // One that has no limit now may get one.
    Duration pause = limit.isZero() ? session.limits().queues().stall() : limit;
    next = session.loop().schedule(this, pause.toNanos() / LOOKS, TimeUnit.NANOSECONDS);
  }

  private Duration limit() {
    return stream.ending().isClosing()
        ? session.limits().queues().closing()
        : stream.config().stallLimit();
  }

  private void giveUp(Duration limit) {
    if (stream.ending().isClosing()) {
      session.refusals().count("streams.closing");
      stream.closeNow(Failures.resetLocally(stream.streamId()));
    } else {
      session.refusals().count("streams.stalled");
      stream.ending().fail(Failures.stalled(stream.streamId(), limit));
    }
  }
}
