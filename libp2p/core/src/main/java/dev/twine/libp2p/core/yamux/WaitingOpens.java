package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamLimits;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Streams of this side that wait until the peer has acknowledged earlier ones: in order, so many and
 * for so long at most. Confined to the event loop.
 */
final class WaitingOpens {
  /** One of them. */
  record Open(ChannelHandler initializer, Promise<StreamChannel> opened, long untilNanos) {}

  private final YamuxSession session;
  private final ArrayDeque<Open> queue = new ArrayDeque<>(0);
  private @Nullable Future<?> timer;

  WaitingOpens(YamuxSession session) {
    this.session = session;
  }

  int size() {
    return queue.size();
  }

  /** Waits behind the others, or fails the promise. Cancelling the promise ends the wait. */
  void add(ChannelHandler initializer, Promise<StreamChannel> opened) {
    StreamLimits.Backlog limits = session.limits().streams().backlog();
    if (queue.size() >= limits.waiting()) {
      session.refusals().count("streams.unacknowledged");
      opened.tryFailure(Failures.limit(
          "too many streams that the remote side has not accepted",
          limits.unacknowledged() + queue.size(),
          "wait for some to be accepted"));
      return;
    }
    long wait = limits.waitingTime().toNanos();
    var open = new Open(initializer, opened, session.nowNanos() + wait);
    queue.add(open);
    opened.addListener(done -> {
      if (done.isCancelled()) {
        queue.remove(open);
      }
    });
    if (timer == null) {
      expireAfter(wait);
    }
  }

  /** The one that has waited longest, which waits no more; null if there is none. */
  @Nullable
  Open poll() {
    return queue.poll();
  }

  /** Nobody needs to wait any more. */
  void fail(Libp2pException reason) {
    for (Open open = queue.poll(); open != null; open = queue.poll()) {
      open.opened().tryFailure(reason);
    }
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** All wait equally long, so the first one's time comes first. */
  private void expire() {
    timer = null;
    long now = session.nowNanos();
    for (Open first = queue.peek(); first != null; first = queue.peek()) {
      if (first.untilNanos() - now > 0) {
        expireAfter(first.untilNanos() - now);
        return;
      }
      queue.remove();
      session.refusals().count("streams.waitingTime");
      first
          .opened()
          .tryFailure(Failures.notAccepted(session.limits().streams().backlog().waitingTime()));
    }
  }

  private void expireAfter(long nanos) {
    timer = session.loop().schedule(this::expire, nanos, TimeUnit.NANOSECONDS);
  }
}
