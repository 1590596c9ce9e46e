package dev.twine.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.LongAdder;

/** The first byte of a bare connection, in place of a negotiation. */
final class TcpChoice {
  static final byte ECHO = 1;
  static final byte SINK = 2;
  static final byte SOURCE = 3;

  private TcpChoice() {}

  /** Sends the byte and makes way for the handler. */
  static final class Outbound extends ChannelInboundHandlerAdapter {
    private final byte choice;
    private final ChannelHandler next;

    Outbound(byte choice, ChannelHandler next) {
      this.choice = choice;
      this.next = next;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.write(ctx.alloc().buffer(1).writeByte(choice));
      ctx.pipeline().replace(this, null, next);
    }
  }

  /** Reads the byte and makes way for the service. */
  static final class Inbound extends ChannelInboundHandlerAdapter {
    private final LongAdder received;

    Inbound(LongAdder received) {
      this.received = received;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf in = (ByteBuf) message;
      ctx.pipeline().replace(this, null, service(in.readByte()));
      ctx.pipeline().fireChannelRead(in);
    }

    private ChannelHandler service(byte choice) {
      return switch (choice) {
        case ECHO -> new EchoHandler();
        case SINK -> new SinkHandler(received);
        case SOURCE -> new SourceHandler();
        default -> throw new IllegalArgumentException("no such service: " + choice);
      };
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
