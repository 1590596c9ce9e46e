package dev.twine.benchmarks;

import dev.twine.node.bench.BroadcastBaseline;
import dev.twine.node.bench.BroadcastServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.io.IOException;

/** Batches over plain TCP, each message behind its length: what the batches cost without WebSocket. */
public final class TcpBaseline implements BroadcastBaseline {
  @Override
  public String name() {
    return "tcp";
  }

  @Override
  public Wire wire() {
    return Wire.LENGTH_PREFIXED;
  }

  @Override
  public BroadcastServer start() throws IOException {
    return BatchedServer.start(new LengthFraming());
  }

  private static final class LengthFraming implements BatchedServer.Framing {
    @Override
    public int maxHeaderBytes() {
      return Integer.BYTES;
    }

    @Override
    public void header(int payloadBytes, ByteBuf out) {
      out.writeInt(payloadBytes);
    }

    @Override
    public void initialize(ChannelPipeline pipeline, Runnable ready) {
      pipeline.addLast(new ReadyWhenConnected(ready));
    }
  }

  private static final class ReadyWhenConnected extends ChannelInboundHandlerAdapter {
    private final Runnable ready;

    ReadyWhenConnected(Runnable ready) {
      this.ready = ready;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      ready.run();
      context.fireChannelActive();
    }
  }
}
