package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.DialLimits;
import dev.twine.libp2p.core.DialRequest;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.TransportListener;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often one host is dialled, without a packet that leaves the machine. */
class DialTargetsTest {
  private static final int LIMIT = DialLimits.defaults().counts().perTarget();
  private static final int LISTENS = 4001;
  private static final MultiThreadIoEventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(2, LocalIoHandler.newFactory());

  private final AtomicLong now = new AtomicLong();
  private final Elsewhere elsewhere = new Elsewhere();
  private final Host client =
      Host.builder().eventLoops(LOOPS).transports(elsewhere).clock(now::get).start();

  @AfterEach
  void stop() {
    client.close();
  }

  @AfterAll
  static void stopLoops() {
    LOOPS.shutdownGracefully(0, 1, SECONDS).syncUninterruptibly();
  }

  @Test
  void oneHostIsNotDialledMoreThanEightTimesAMinuteForInventedPeers() {
    for (int i = 1; i <= LIMIT; i++) {
      assertThat(dial(anybody(), "192.0.2.1", i)).isEqualTo(FailureReason.DIAL_FAILED);
    }
    assertThat(dial(anybody(), "192.0.2.1", LIMIT + 1)).isEqualTo(FailureReason.LIMIT);
    assertThat(elsewhere.dials).hasValue(LIMIT);
    assertThat(client.stats().refusals()).containsEntry(DialRate.PER_TARGET, 1L);
    assertThat(client.stats().outbound()).isZero();

    assertThat(dial(anybody(), "192.0.2.2", 1)).isEqualTo(FailureReason.DIAL_FAILED);
    now.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(dial(anybody(), "192.0.2.1", 1)).isEqualTo(FailureReason.DIAL_FAILED);
  }

  @Test
  void aPeerThatIsThereIsDialledAsOftenAsOneLikes() throws Exception {
    try (Host server = Host.builder()
        .eventLoops(LOOPS)
        .transports(new MemoryTransport(true))
        .listen("/memory/server")
        .start()) {
      for (int i = 0; i < 3 * LIMIT; i++) {
        client
            .connect(server.id(), List.of(address("192.0.2.1", LISTENS)))
            .get(20, SECONDS)
            .close()
            .get(20, SECONDS);
      }
    }
    assertThat(elsewhere.dials).hasValue(3 * LIMIT);
    assertThat(client.stats().refusals()).doesNotContainKey(DialRate.PER_TARGET);
  }

  private FailureReason dial(NodeId peer, String ip, int port) {
    return Failure.of(client.connect(peer, List.of(address(ip, port))));
  }

  private static NodeId anybody() {
    return NodeKey.generate(KeyType.ED25519).nodeId();
  }

  private static Multiaddr address(String ip, int port) {
    return Multiaddr.parse("/ip4/" + ip + "/tcp/" + port);
  }

  /** Somebody listens on one port of every host, nobody on the others. */
  private static final class Elsewhere implements Transport {
    private final AtomicInteger dials = new AtomicInteger();
    private final Transport memory = new MemoryTransport(true);

    @Override
    public boolean handles(Multiaddr address) {
      return address.has("tcp");
    }

    @Override
    public Future<Channel> dial(DialRequest request, Intake intake) {
      dials.incrementAndGet();
      if (!request.resolved().value("tcp").orElseThrow().equals(Integer.toString(LISTENS))) {
        return request.loop().newFailedFuture(new IOException("refused"));
      }
      Multiaddr there = Multiaddr.parse("/memory/server");
      return memory.dial(
          new DialRequest(there, there, request.peer(), request.loop(), request.host()), intake);
    }

    @Override
    public Future<TransportListener> listen(ListenRequest request, Intake intake) {
      throw new IllegalStateException("not of this test");
    }
  }
}
