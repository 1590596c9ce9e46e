package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.Endpoints;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.ReadyConnection;
import dev.twine.libp2p.core.TransportContext;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What users of a host do wrong, and their classes: the host says so and leaves nothing behind. */
class OwnFaultsTest {
  @Test
  void aGaterThatFailsEndsTheConnectionAtOnceAndIsNamed() throws Exception {
    var broken = new ConnectionGater() {
      @Override
      public boolean allowSecured(Direction direction, NodeId peer, Multiaddr remote) {
        throw new IllegalStateException("no mind to");
      }
    };
    try (Host server = Host.builder().listen("/ip4/127.0.0.1/tcp/0").start();
        Host client = Host.builder().gater(broken).start()) {
      var failure = Failure.exception(client.connect(server.id(), server.addresses()));
      assertThat(failure.reason()).isEqualTo(FailureReason.RESET_LOCALLY);
      assertThat(failure).hasMessageContaining("gater").hasMessageContaining("no mind to");
      await().until(() -> client.stats().outbound() == 0 && server.stats().inbound() == 0);
    }
  }

  @Test
  void aHostThatCannotEvenBeMadeLeavesNoDescriptor() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
    var builder = Host.builder().identifyAs("x", "y".repeat(1_000));
    assertThatThrownBy(builder::start).isInstanceOf(IllegalArgumentException.class);
    long before = descriptors();
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(builder::start).isInstanceOf(IllegalArgumentException.class);
    }
    await().until(() -> descriptors() < before + 10);
  }

  @Test
  void aHostWhoseLoopsWereShutDownBeforeItClosesAllTheSame() throws Exception {
    var loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    Host server =
        Host.builder().eventLoops(loops).listen("/ip4/127.0.0.1/tcp/0").start();
    try (Host client = Host.builder().start()) {
      client.connect(server.id(), server.addresses()).get(20, SECONDS);
    }
    loops.shutdownGracefully(0, 5, SECONDS).syncUninterruptibly();

    server.close();
    assertThat(server.connections()).isEmpty();
  }

  @Test
  void aListenerThatNobodyWaitsForAnyMoreIsClosed() throws Exception {
    var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    int port = freePort();
    var context = new TransportContext(NodeKey.generate(KeyType.ED25519), loops, Runnable::run);
    var request = new ListenRequest(Multiaddr.parse("/ip4/127.0.0.1/tcp/" + port), context);
    // On the loop, which binds in a task of its own.
    loops
        .next()
        .submit(() -> StandardProtocols.tcp().listen(request, new Unwilling()).cancel(false))
        .sync();

    await().until(() -> isFree(port));
    loops.shutdownGracefully(0, 5, SECONDS).syncUninterruptibly();
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  private static final class Unwilling implements Intake {
    @Override
    public boolean accepting(Channel channel, Multiaddr remote) {
      return false;
    }

    @Override
    public void acceptFailed(Channel listener, IOException cause) {
      throw new AssertionError(cause);
    }

    @Override
    public void connected(Channel channel, Endpoints endpoints) {
      throw new AssertionError("not accepted");
    }

    @Override
    public void secured(Channel channel, Endpoints endpoints, ReadyConnection ready) {
      throw new AssertionError("not accepted");
    }
  }
}
