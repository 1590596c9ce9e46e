package dev.twine.node.peer;

import dev.twine.gossip.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** A relay on loopback that turns one bit of what goes through it in one direction. */
final class Corrupting implements AutoCloseable {
  private final Loops loops = Loops.start(1);
  private final Channel listener;
  private final InetSocketAddress to;
  private final int place;
  private final boolean towardsServer;

  /**
   * Starts it.
   *
   * @param place of the byte, counted from the first of each connection
   */
  Corrupting(String address, int place, boolean towardsServer) {
    int port = Integer.parseInt(address.split("/", -1)[4]);
    this.to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.place = place;
    this.towardsServer = towardsServer;
    this.listener = new ServerBootstrap()
        .group(loops.group())
        .channel(loops.listener())
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.AUTO_READ, false)
        .childHandler(initializer(this::connect))
        .bind(InetAddress.getLoopbackAddress(), 0)
        .syncUninterruptibly()
        .channel();
  }

  /** The address with the relay's port. */
  String address(String address) {
    String[] parts = address.split("/", -1);
    parts[4] = "" + ((InetSocketAddress) listener.localAddress()).getPort();
    return String.join("/", parts);
  }

  private void connect(Channel in) {
    new Bootstrap()
        .group(in.eventLoop())
        .channel(loops.stream())
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .handler(
            initializer(out -> out.pipeline().addLast(new Copy(in, towardsServer ? -1 : place))))
        .connect(to)
        .addListener((ChannelFutureListener) done -> {
          in.pipeline().addLast(new Copy(done.channel(), towardsServer ? place : -1));
          in.config().setAutoRead(true);
        });
  }

  private static ChannelInitializer<Channel> initializer(Consumer<Channel> prepare) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        prepare.accept(channel);
      }
    };
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    loops.close();
  }

  private static final class Copy extends ChannelInboundHandlerAdapter {
    private final Channel other;
    private int untilPlace;

    Copy(Channel other, int place) {
      this.other = other;
      this.untilPlace = place;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf in = (ByteBuf) message;
      int length = in.readableBytes();
      if (untilPlace >= 0 && untilPlace < length) {
        int index = in.readerIndex() + untilPlace;
        in.setByte(index, in.getByte(index) ^ 1);
      }
      untilPlace -= length;
      other.writeAndFlush(in);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        ((DuplexChannel) other).shutdownOutput();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      other.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
