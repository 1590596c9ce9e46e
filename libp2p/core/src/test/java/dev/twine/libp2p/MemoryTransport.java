package dev.twine.libp2p;

import dev.twine.identity.NodePublicKey;
import dev.twine.libp2p.core.DialRequest;
import dev.twine.libp2p.core.Endpoints;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.ReadyConnection;
import dev.twine.libp2p.core.SecuredPeer;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.TransportContext;
import dev.twine.libp2p.core.TransportListener;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.Optional;

/**
 * Connections within the process, for hosts on Netty's local event loops: {@code /memory/name}. It
 * hands over bytes, or, as a transport with a security and streams of its own would, connections that
 * are ready.
 */
final class MemoryTransport implements Transport {
  static final String SECURITY = "/plaintext-of-a-test";

  private final boolean ready;

  MemoryTransport(boolean ready) {
    this.ready = ready;
  }

  @Override
  public boolean handles(Multiaddr address) {
    return address.components().size() == 1 && address.has("memory");
  }

  @Override
  public Future<Channel> dial(DialRequest request, Intake intake) {
    Promise<Channel> dialled = request.loop().newPromise();
    Endpoints endpoints = new Endpoints(Multiaddr.parse("/memory/dialler"), request.address());
    var handOver = new HandOver(request.host(), true, endpoints, intake, dialled);
    var connecting = new Bootstrap()
        .group(request.loop())
        .channel(LocalChannel.class)
        .handler(starting(handOver))
        .connect(local(request.resolved()));
    Channel channel = connecting.channel();
    connecting.addListener(done -> {
      if (!done.isSuccess()) {
        dialled.tryFailure(failure(request.address(), "nobody listens", done.cause()));
      }
      channel
          .closeFuture()
          .addListener(closed -> dialled.tryFailure(failure(request.address(), "closed", null)));
    });
    dialled.addListener(done -> {
      if (!done.isSuccess()) {
        channel.close();
      }
    });
    return dialled;
  }

  @Override
  public Future<TransportListener> listen(ListenRequest request, Intake intake) {
    Promise<TransportListener> listening = request.host().loops().next().newPromise();
    var binding = new ServerBootstrap()
        .group(request.host().loops())
        .channel(LocalServerChannel.class)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            String from = ((LocalAddress) channel.remoteAddress()).id();
            var endpoints = new Endpoints(request.address(), Multiaddr.parse("/memory/" + from));
            if (intake.accepting(channel, endpoints.remote())) {
              Promise<Channel> accepted = channel.eventLoop().newPromise();
              channel
                  .pipeline()
                  .addLast(
                      starting(new HandOver(request.host(), false, endpoints, intake, accepted)));
            } else {
              channel.close();
            }
          }
        })
        .bind(local(request.address()));
    binding.addListener(done -> {
      if (done.isSuccess()) {
        listening.setSuccess(new Bound(request.address(), binding.channel()));
      } else {
        listening.setFailure(new Libp2pException(
            FailureReason.CANNOT_LISTEN,
            "name taken",
            request.address().toString(),
            "choose another",
            done.cause()));
      }
    });
    return listening;
  }

  /** Adds nothing before the channel is active. */
  private ChannelInboundHandlerAdapter starting(HandOver handOver) {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelActive(ChannelHandlerContext ctx) {
        if (ready) {
          ctx.pipeline().addLast("keys", new Keys(handOver));
          ctx.writeAndFlush(key(ctx, handOver.host()));
        } else {
          handOver.connected(ctx.channel());
        }
        ctx.pipeline().remove(this);
      }
    };
  }

  private static Libp2pException failure(Multiaddr address, String what, Throwable cause) {
    return new Libp2pException(
        FailureReason.DIAL_FAILED, what, address.toString(), "listen there first", cause);
  }

  private static ByteBuf key(ChannelHandlerContext ctx, TransportContext host) {
    byte[] key = host.key().publicKey().encoded();
    return ctx.alloc().buffer().writeByte(key.length).writeBytes(key);
  }

  private static LocalAddress local(Multiaddr address) {
    return new LocalAddress(address.value("memory").orElseThrow());
  }

  private record Bound(Multiaddr address, Channel channel) implements TransportListener {
    @Override
    public Future<?> close() {
      return channel.close();
    }
  }

  /**
   * Where a channel goes when it is ready.
   *
   * @param done completes then, and has the channel closed if it has failed before
   */
  private record HandOver(
      TransportContext host,
      boolean initiator,
      Endpoints endpoints,
      Intake intake,
      Promise<Channel> done) {
    void connected(Channel channel) {
      if (!done.isDone()) {
        intake.connected(channel, endpoints);
        done.trySuccess(channel);
      }
    }

    void secured(Channel channel, NodePublicKey key) {
      if (!done.isDone()) {
        var peer = new SecuredPeer(key, key.nodeId(), null, Optional.empty());
        var yamux = StandardProtocols.yamux();
        var ready = new ReadyConnection(
            peer,
            SECURITY,
            yamux.id(),
            (config, acceptor) -> yamux.install(channel, "keys", initiator, config, acceptor));
        intake.secured(channel, endpoints, ready);
        done.trySuccess(channel);
      }
    }
  }

  /** Believes the peer which key is its own, and then has yamux carry the streams. */
  private static final class Keys extends ByteToMessageDecoder {
    private final HandOver handOver;

    Keys(HandOver handOver) {
      this.handOver = handOver;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      if (in.readableBytes() <= in.getUnsignedByte(in.readerIndex())) {
        return;
      }
      byte[] bytes = new byte[in.readUnsignedByte()];
      in.readBytes(bytes);
      handOver.secured(ctx.channel(), NodePublicKey.parse(bytes));
      ctx.pipeline().remove(this);
    }
  }
}
