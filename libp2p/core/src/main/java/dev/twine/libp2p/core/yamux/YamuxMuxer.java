package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Muxer;
import dev.twine.libp2p.core.MuxerStats;
import dev.twine.libp2p.core.StreamChannel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.RejectedExecutionException;

/** What other threads see of a session. */
final class YamuxMuxer implements Muxer {
  private final YamuxSession session;

  YamuxMuxer(YamuxSession session) {
    this.session = session;
  }

  @Override
  public Future<StreamChannel> open(ChannelHandler initializer) {
    EventLoop loop = session.loop();
    Promise<StreamChannel> opened = loop.newPromise();
    if (loop.inEventLoop()) {
      session.opener().open(initializer, opened);
      return opened;
    }
    try {
      loop.execute(() -> session.opener().open(initializer, opened));
    } catch (RejectedExecutionException e) {
      opened.setFailure(Failures.noConnection());
    }
    return opened;
  }

  @Override
  public int streams() {
    return session.streams().size();
  }

  @Override
  public long rttNanos() {
    return session.rttNanos();
  }

  @Override
  public void goAway() {
    EventLoop loop = session.loop();
    if (loop.inEventLoop()) {
      session.opener().goAway();
      return;
    }
    try {
      loop.execute(session.opener()::goAway);
    } catch (RejectedExecutionException e) {
      // The loop has ended, and with it the connection.
    }
  }

  @Override
  public boolean isGoingAway() {
    return session.opener().isOver();
  }

  @Override
  public MuxerStats stats() {
    return session.counters().snapshot();
  }
}
