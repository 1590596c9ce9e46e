package dev.twine.ws;

import dev.twine.http.ServiceHandler;
import dev.twine.network.ServiceRequest.Caller;
import dev.twine.network.TransportKind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Furnishes the connections that a listener accepts, or turns them away. */
@ChannelHandler.Sharable
final class AcceptedChannels extends ChannelInitializer<Channel> implements AutoCloseable {
  private final @Nullable SslContext tls;

  /** The connections that are no sessions. */
  private final ChannelGroup others = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  private volatile @Nullable Reception reception;

  AcceptedChannels(@Nullable SslContext tls) {
    this.tls = tls;
  }

  /** Lets connections in, which are turned away until then. */
  void open(Reception host) {
    reception = host;
  }

  @Override
  protected void initChannel(Channel channel) {
    Reception host = reception;
    if (host == null || !(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      channel.close();
      return;
    }
    Reception.Welcome welcome = host.arrive(remote.getAddress());
    if (welcome != Reception.Welcome.COME_IN) {
      host.context().refused(GossipFrames.text(remote), "connection-rate");
      turnAway(channel, welcome);
      return;
    }
    others.add(channel);
    if (tls != null) {
      channel.pipeline().addLast(Tls.handler(tls, channel.alloc(), null, host.handshakes()));
    }
    host.context().services().addGuardedCodec(channel.pipeline());
    channel.pipeline().addLast(new ServerGate(host, ctx -> serve(host, ctx, remote), others));
    host.pend(channel, remote.getAddress());
  }

  /** A caller in the clear is told; one who speaks TLS has no answer coming before its handshake. */
  private void turnAway(Channel channel, Reception.Welcome welcome) {
    if (welcome == Reception.Welcome.COME_LATER && tls == null) {
      new HttpReply(429, "", 1).send(channel);
    } else {
      channel.close();
    }
  }

  private static void serve(Reception host, ChannelHandlerContext ctx, InetSocketAddress remote) {
    var caller = new Caller(Optional.empty(), TransportKind.WS, GossipFrames.text(remote));
    // A caller may end its half after the request; a gossip peer that does so is gone.
    ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    ctx.pipeline().addLast(new ServiceHandler(host.context().services(), caller));
  }

  @Override
  public void close() {
    reception = null;
    others.close();
  }
}
