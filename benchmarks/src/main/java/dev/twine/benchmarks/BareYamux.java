package dev.twine.benchmarks;

import dev.twine.libp2p.StandardProtocols;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Muxer;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.MuxerStats;
import dev.twine.libp2p.core.StreamAcceptor;
import dev.twine.libp2p.core.StreamChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;

/**
 * Puts {@link BareStream} in the place of a multiplexer: a host that uses it knows of no streams, and
 * opens none, so it has no identify either.
 */
final class BareYamux implements MuxerProtocol {
  private final ReceiverBatches batches;

  BareYamux(ReceiverBatches batches) {
    this.batches = batches;
  }

  @Override
  public String id() {
    return StandardProtocols.yamux().id();
  }

  @Override
  public Muxer install(
      Channel channel,
      String after,
      boolean initiator,
      MuxerConfig config,
      StreamAcceptor acceptor) {
    channel.config().setWriteBufferWaterMark(BatchedServer.MARKS);
    channel.pipeline().addAfter(after, "bare-yamux", new BareStream(batches));
    return new NoStreams(channel);
  }

  private record NoStreams(Channel channel) implements Muxer {
    @Override
    public Future<StreamChannel> open(ChannelHandler initializer) {
      return channel
          .eventLoop()
          .newFailedFuture(new Libp2pException(
              FailureReason.LIMIT, "no streams", channel.toString(), "there is one, for batches"));
    }

    @Override
    public boolean isGoingAway() {
      return false;
    }

    /** The host must not take the connection for idle. */
    @Override
    public int streams() {
      return 1;
    }

    @Override
    public long rttNanos() {
      return 0;
    }

    @Override
    public void goAway() {}

    @Override
    public MuxerStats stats() {
      return new MuxerStats(0, 0, 0, 0, 0);
    }
  }
}
