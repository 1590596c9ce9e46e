package dev.twine.node.web;

import dev.twine.gossip.Loops;
import dev.twine.network.Address;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;

/** Netty alone: the same answers from the event loop, without a node, its limits or its threads. */
final class NettySite implements Site {
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 << 10, 128 << 10);

  private final Loops loops = Loops.start(Runtime.getRuntime().availableProcessors());
  private final LongAdder received = new LongAdder();
  private final Channel listener;

  NettySite() {
    listener = new ServerBootstrap()
        .group(loops.group())
        .channel(loops.listener())
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
        .childHandler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new HttpServerCodec(), new NettyAnswers(received));
          }
        })
        .bind(InetAddress.getLoopbackAddress(), 0)
        .syncUninterruptibly()
        .channel();
  }

  @Override
  public String address() {
    return Address.ws("127.0.0.1", ((InetSocketAddress) listener.localAddress()).getPort())
        .toString();
  }

  @Override
  public long received() {
    return received.sum();
  }

  @Override
  public void close() {
    listener.close();
    loops.close();
  }
}
