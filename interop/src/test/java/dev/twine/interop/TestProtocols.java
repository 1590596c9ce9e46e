package dev.twine.interop;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Supplier;

/** What every peer serves beside the protocols of the library. */
final class TestProtocols {
  static final String ECHO = "/twine/echo/1";
  static final String STALL = "/twine/stall/1";
  static final String RESET = "/twine/reset/1";

  private TestProtocols() {}

  static StreamProtocol echo(String id) {
    return new Served(id, Echo::new);
  }

  static StreamProtocol reset() {
    return new Served(RESET, Reset::new);
  }

  /** The streams that wait to be released add themselves to {@code stalled}. */
  static StreamProtocol stall(java.util.Collection<StreamChannel> stalled) {
    return new Served(STALL, Receipt::new) {
      @Override
      public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
        stream.config().setAutoRead(false);
        super.accept(stream, negotiatedId, connection);
        stalled.add(stream);
      }
    };
  }

  private static class Served implements StreamProtocol {
    private static final int STREAMS = 2048;

    private final String id;
    private final Supplier<ChannelHandler> handler;

    Served(String id, Supplier<ChannelHandler> handler) {
      this.id = id;
      this.handler = handler;
    }

    @Override
    public List<String> ids() {
      return List.of(id);
    }

    @Override
    public int maxInboundPerConnection() {
      return STREAMS;
    }

    @Override
    public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
      stream.pipeline().addLast(handler.get());
    }
  }

  /** Reads only as fast as what it read is taken back. */
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.write(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
      context.channel().config().setAutoRead(context.channel().isWritable());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      context.channel().config().setAutoRead(context.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        context.flush();
        ((StreamChannel) context.channel()).shutdownOutput();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private static final class Receipt extends ChannelInboundHandlerAdapter {
    private final MessageDigest digest = Pattern.sha256();
    private long count;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf data = (ByteBuf) message;
      count += data.readableBytes();
      Pattern.digest(digest, data);
      data.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        ByteBuf receipt = context.alloc().buffer().writeLong(count).writeBytes(digest.digest());
        context.writeAndFlush(receipt);
        ((StreamChannel) context.channel()).shutdownOutput();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private static final class Reset extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
      ((StreamChannel) context.channel()).reset();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
