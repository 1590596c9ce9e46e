package dev.twine.libp2p.core.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.EmbeddedStream;
import dev.twine.libp2p.core.IdleMuxer;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.ReadyConnection;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.SecuredPeer;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboundStreamTest {
  private static final String ID = "/a/1.0.0";
  private static final String ANSWER = "\u0013/multistream/1.0.0\n\u0009/a/1.0.0\n";

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LateMuxer muxer = new LateMuxer();
  private final StringBuilder read = new StringBuilder();

  @AfterEach
  void close() {
    muxer.stream().close();
    muxer.stream().releaseOutbound();
    channel.finishAndReleaseAll();
  }

  @Test
  void aStreamThatHasEndedBeforeItsOpeningIsToldIsGivenAllTheSame() {
    CompletableFuture<StreamChannel> opened = open(StreamRequest.of(ID, new Reader()));
    muxer.stream().writeInbound(bytes(ANSWER + "all"));
    muxer.stream().close();
    assertThat(muxer.stream().isOpen()).isFalse();

    muxer.tell();

    assertThat(opened).isCompletedWithValue(muxer.stream());
    assertThat(read.toString()).isEqualTo("all");
  }

  @Test
  void withSeveralProtocolsTheAgreedOneIsGivenThoughTheStreamHasEnded() {
    var request = new StreamRequest(List.of(ID, "/b"), new Reader(), Duration.ofSeconds(10));
    CompletableFuture<StreamChannel> opened = open(request);
    muxer.stream().writeInbound(bytes(ANSWER + "all"));
    muxer.stream().close();
    muxer.tell();

    assertThat(opened).isCompletedWithValue(muxer.stream());
    assertThat(read.toString()).isEqualTo("all");
  }

  @Test
  void aHandlerThatCannotBeAddedIsTheReasonThatTheCallerIsTold() {
    var broken = new IllegalStateException("no such file");
    CompletableFuture<StreamChannel> opened =
        open(StreamRequest.of(ID, new ChannelInboundHandlerAdapter() {
          @Override
          public void handlerAdded(ChannelHandlerContext ctx) {
            throw broken;
          }
        }));
    muxer.tell();

    Throwable thrown = catchThrowable(opened::join).getCause();
    assertThat(thrown).hasRootCause(broken);
    assertThat(thrown).isInstanceOf(Libp2pException.class);
    assertThat(muxer.stream().wasReset()).isTrue();
  }

  @Test
  void cancellingResetsTheStreamHoweverLateItComes() {
    CompletableFuture<StreamChannel> opened = open(StreamRequest.of(ID, new Reader()));
    opened.cancel(false);
    muxer.tell();

    assertThat(muxer.stream().wasReset()).isTrue();
  }

  private CompletableFuture<StreamChannel> open(StreamRequest request) {
    var key = EmbeddedConnection.keyOf(1).publicKey();
    Multiaddr here = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    var leg = new Leg(Direction.OUTBOUND, here, here, null, 0);
    var peer = new SecuredPeer(key, key.nodeId(), null, Optional.empty());
    var ready = new ReadyConnection(peer, "/noise", "/yamux/1.0.0", (config, acceptor) -> muxer);
    var connection = new MuxedConnection(channel, leg, ready, new Refusals());
    return new OutboundStream(connection, request, new Refusals()).open(muxer);
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  private final class Reader extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf part = (ByteBuf) message;
      read.append(part.toString(StandardCharsets.UTF_8));
      part.release();
    }
  }

  /** Opens a stream at once and says so when it is told to. */
  private final class LateMuxer extends IdleMuxer {
    private final Promise<StreamChannel> opened = channel.eventLoop().newPromise();
    private EmbeddedStream stream;

    LateMuxer() {
      super(channel.eventLoop());
    }

    @Override
    public Future<StreamChannel> open(ChannelHandler initializer) {
      // Too late to be cancelled.
      opened.setUncancellable();
      stream = new EmbeddedStream();
      stream.pipeline().addLast(initializer);
      return opened;
    }

    EmbeddedStream stream() {
      return stream;
    }

    void tell() {
      opened.setSuccess(stream);
      channel.runPendingTasks();
    }
  }
}
