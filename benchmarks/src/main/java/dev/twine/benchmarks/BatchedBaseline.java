package dev.twine.benchmarks;

import dev.twine.node.bench.BroadcastBaseline;
import dev.twine.node.bench.BroadcastServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.io.IOException;

/**
 * The ceiling: WebSocket broadcast in batches on bare Netty, with none of what makes a node (no
 * duplicate filter, no queues of their own for slow receivers, no accounting).
 */
public final class BatchedBaseline implements BroadcastBaseline {
  /** Receivers send one small request; this is far above it. */
  private static final int MAX_REQUEST_BYTES = 8 << 10;

  private static final int FINAL_BINARY = 0x82;
  private static final int TWO_BYTE_LENGTH = 126;
  private static final int EIGHT_BYTE_LENGTH = 127;
  private static final int MAX_HEADER_BYTES = 10;

  @Override
  public String name() {
    return "batched";
  }

  @Override
  public Wire wire() {
    return Wire.WEBSOCKET;
  }

  @Override
  public BroadcastServer start() throws IOException {
    return BatchedServer.start(new WebSocketFraming());
  }

  private static final class WebSocketFraming implements BatchedServer.Framing {
    @Override
    public int maxHeaderBytes() {
      return MAX_HEADER_BYTES;
    }

    @Override
    public void header(int payloadBytes, ByteBuf out) {
      out.writeByte(FINAL_BINARY);
      if (payloadBytes < TWO_BYTE_LENGTH) {
        out.writeByte(payloadBytes);
      } else if (payloadBytes <= 0xffff) {
        out.writeByte(TWO_BYTE_LENGTH).writeShort(payloadBytes);
      } else {
        out.writeByte(EIGHT_BYTE_LENGTH).writeLong(payloadBytes);
      }
    }

    @Override
    public void initialize(ChannelPipeline pipeline, Runnable ready) {
      var config = WebSocketServerProtocolConfig.newBuilder()
          .websocketPath("/")
          .checkStartsWith(true)
          .build();
      pipeline.addLast(
          new HttpServerCodec(),
          new HttpObjectAggregator(MAX_REQUEST_BYTES),
          new WebSocketServerProtocolHandler(config),
          new ReadyAfterHandshake(ready));
    }
  }

  private static final class ReadyAfterHandshake extends ChannelInboundHandlerAdapter {
    private final Runnable ready;

    ReadyAfterHandshake(Runnable ready) {
      this.ready = ready;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof HandshakeComplete) {
        ready.run();
      }
      context.fireUserEventTriggered(event);
    }
  }
}
