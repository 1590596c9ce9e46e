package dev.twine.p2p;

import dev.twine.gossip.ServiceRoute;
import dev.twine.http.ChannelServiceStream;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.libp2p.core.identify.IdentifyInfo;
import dev.twine.network.ServiceStream;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP to one peer: a stream of its connection for each service stream. It may be written to before
 * the peer has agreed, which costs no round trip; whether the peer has services at all is known from
 * identify, or shows at the first read.
 */
final class StreamRoute implements ServiceRoute {
  private final ServiceStreams streams;
  private final Connection connection;
  private final Supplier<Optional<IdentifyInfo>> identified;

  StreamRoute(
      ServiceStreams streams, Connection connection, Supplier<Optional<IdentifyInfo>> identified) {
    this.streams = streams;
    this.connection = connection;
    this.identified = identified;
  }

  @Override
  public CompletableFuture<ServiceStream> open(Duration deadline) {
    boolean hasNone = identified
        .get()
        .filter(peer -> !peer.protocols().contains(ServiceStreams.ID))
        .isPresent();
    if (hasNone) {
      return CompletableFuture.failedFuture(noServices(null));
    }
    var end = new End();
    var result = new CompletableFuture<ServiceStream>();
    // Before it is asked for: a peer may refuse faster than this thread goes on, and what it says
    // shows at the first read.
    end.made.thenAccept(stream -> {
      if (!result.complete(stream)) {
        stream.close();
      }
    });
    CompletableFuture<StreamChannel> opening =
        connection.open(new StreamRequest(List.of(ServiceStreams.ID), end, deadline));
    opening.whenComplete((stream, failure) -> {
      if (failure != null) {
        result.completeExceptionally(reason(failure));
      }
    });
    result.whenComplete((stream, failure) -> {
      if (failure != null) {
        opening.cancel(false);
      }
    });
    return result;
  }

  private Throwable reason(Throwable failure) {
    Throwable cause = Libp2pException.unwrap(failure);
    if (!(cause instanceof Libp2pException known)) {
      return cause;
    }
    return known.reason() == FailureReason.PROTOCOL_NOT_SUPPORTED
        ? noServices(known)
        : new TwineException(Code.UNREACHABLE, known.what(), known.value(), known.remedy(), known);
  }

  private TwineException noServices(@Nullable Throwable cause) {
    return new TwineException(
        Code.NO_HTTP_ROUTE,
        "this peer has no HTTP services on its streams",
        connection.peer().toString(),
        "it needs the libp2p protocol " + ServiceStreams.ID,
        cause);
  }

  /** This side of one stream. */
  private final class End extends ChannelInitializer<Channel> {
    private final CompletableFuture<ChannelServiceStream> made = new CompletableFuture<>();

    @Override
    protected void initChannel(Channel channel) {
      streams.begin((StreamChannel) channel);
      channel.pipeline().addLast(new Reasons());
      made.complete(ChannelServiceStream.on(
          channel, connection.remoteAddress().withPeer(connection.peer()).toString()));
    }
  }

  /** Says what went wrong as whoever calls a service knows it. */
  private final class Reasons extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.fireExceptionCaught(reason(cause));
    }
  }
}
