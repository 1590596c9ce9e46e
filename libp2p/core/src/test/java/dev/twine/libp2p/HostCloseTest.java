package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.DialRequest;
import dev.twine.libp2p.core.Endpoints;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.ReadyConnection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.TransportListener;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * An event loop that is busy may end without closing the channels that it has, so a host closes all
 * of them before it ends its loops.
 */
class HostCloseTest {
  private static final int CONNECTIONS = 30;
  private static final int STREAMS = 4;
  private static final int HALF_HANDSHAKES = 10;
  private static final MultiThreadIoEventLoopGroup CLIENTS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  private final Watched transport = new Watched();
  private final Flood flood = new Flood();
  private final List<AutoCloseable> others = new ArrayList<>();

  @AfterAll
  static void stopLoops() {
    CLIENTS.shutdownGracefully(0, 1, SECONDS).syncUninterruptibly();
  }

  @Test
  void nothingIsLeftOpenByAHostThatClosesUnderLoad() throws Exception {
    Host server = Host.builder()
        .transports(transport)
        .listen("/ip4/127.0.0.1/tcp/0")
        .protocol(flood)
        .start();
    for (int i = 0; i < CONNECTIONS; i++) {
      floodOne(server);
    }
    int port = Integer.parseInt(server.addresses().get(0).value("tcp").orElseThrow());
    for (int i = 0; i < HALF_HANDSHAKES; i++) {
      others.add(new Socket(InetAddress.getLoopbackAddress(), port));
    }
    SilentListener silent = new SilentListener();
    others.add(silent);
    var dial =
        server.connect(NodeKey.generate(KeyType.ED25519).nodeId(), List.of(silent.address()));
    await().until(() -> transport.channels.size() == CONNECTIONS + HALF_HANDSHAKES + 1);
    await().until(() -> flood.streams.size() == CONNECTIONS * STREAMS);
    await().until(() -> flood.streams.stream().noneMatch(Channel::isWritable));
    transport.channels.stream().map(Channel::eventLoop).distinct().forEach(HostCloseTest::busy);

    server.close();

    assertThat(transport.channels).allMatch(channel -> channel.closeFuture().isDone());
    assertThat(flood.streams).allMatch(stream -> stream.closeFuture().isDone());
    assertThat(Failure.of(dial)).isEqualTo(FailureReason.CLOSED);
    for (AutoCloseable other : others) {
      other.close();
    }
  }

  /** A client that reads nothing of what it is sent. */
  private void floodOne(Host server) throws Exception {
    Host client = Host.builder().eventLoops(CLIENTS).start();
    others.add(client);
    Connection connection = client.connect(server.id(), server.addresses()).get(20, SECONDS);
    for (int i = 0; i < STREAMS; i++) {
      var request = StreamRequest.of(Flood.ID, new ChannelInboundHandlerAdapter() {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
          ctx.channel().config().setAutoRead(false);
        }
      });
      connection.open(request).get(20, SECONDS);
    }
  }

  /** The loop has always something else to do, until it is to end. */
  private static void busy(EventLoop loop) {
    loop.execute(new Runnable() {
      @Override
      public void run() {
        if (!loop.isShuttingDown()) {
          loop.execute(this);
        }
      }
    });
  }

  /** Sends more than anybody takes. */
  private static final class Flood implements StreamProtocol {
    static final String ID = "/flood/1";

    private final List<StreamChannel> streams = new CopyOnWriteArrayList<>();

    @Override
    public List<String> ids() {
      return List.of(ID);
    }

    @Override
    public void accept(StreamChannel stream, String id, Connection connection) {
      stream.pipeline().addLast(new Source(1L << 30, 1));
      streams.add(stream);
    }
  }

  /** TCP, whose channels are kept. */
  private static final class Watched implements Transport {
    private final Transport tcp = StandardProtocols.tcp();
    private final List<Channel> channels = new CopyOnWriteArrayList<>();

    @Override
    public boolean handles(Multiaddr address) {
      return tcp.handles(address);
    }

    @Override
    public Future<Channel> dial(DialRequest request, Intake intake) {
      return tcp.dial(request, new Keeping(intake));
    }

    @Override
    public Future<TransportListener> listen(ListenRequest request, Intake intake) {
      return tcp.listen(request, new Keeping(intake));
    }

    private final class Keeping implements Intake {
      private final Intake intake;

      Keeping(Intake intake) {
        this.intake = intake;
      }

      @Override
      public boolean accepting(Channel channel, Multiaddr remote) {
        return intake.accepting(channel, remote);
      }

      @Override
      public void connected(Channel channel, Endpoints endpoints) {
        channels.add(channel);
        intake.connected(channel, endpoints);
      }

      @Override
      public void secured(Channel channel, Endpoints endpoints, ReadyConnection ready) {
        throw new IllegalStateException("not of this test");
      }
    }
  }
}
