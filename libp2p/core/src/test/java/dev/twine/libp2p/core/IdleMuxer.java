package dev.twine.libp2p.core;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/** Opens nothing and has nothing to tell, for tests of what is around a multiplexer. */
public class IdleMuxer implements Muxer {
  private final EventLoop loop;

  public IdleMuxer(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public Future<StreamChannel> open(ChannelHandler initializer) {
    return loop.newFailedFuture(
        new Libp2pException(FailureReason.LIMIT, "opens nothing", "", "do it by hand"));
  }

  @Override
  public int streams() {
    return 0;
  }

  @Override
  public long rttNanos() {
    return 0;
  }

  @Override
  public void goAway() {}

  @Override
  public boolean isGoingAway() {
    return false;
  }

  @Override
  public MuxerStats stats() {
    return new MuxerStats(0, 0, 0, 0, 0);
  }
}
