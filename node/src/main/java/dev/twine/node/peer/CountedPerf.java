package dev.twine.node.peer;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.perf.Perf;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** The library's perf, with a count of what is uploaded: the protocol itself tells nobody. */
final class CountedPerf implements StreamProtocol {
  private final Perf perf = new Perf();
  private final LongAdder received;

  CountedPerf(LongAdder received) {
    this.received = received;
  }

  @Override
  public List<String> ids() {
    return perf.ids();
  }

  @Override
  public int maxInboundPerConnection() {
    return perf.maxInboundPerConnection();
  }

  @Override
  public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
    received.add(-Long.BYTES); // The number in front is not part of the upload.
    stream.pipeline().addLast(new Count(received));
    perf.accept(stream, negotiatedId, connection);
  }

  private static final class Count extends ChannelInboundHandlerAdapter {
    private final LongAdder received;

    Count(LongAdder received) {
      this.received = received;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      received.add(((ByteBuf) message).readableBytes());
      ctx.fireChannelRead(message);
    }
  }
}
