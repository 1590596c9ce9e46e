package dev.twine.libp2p;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many strangers who begin a handshake and leave it at that, from many networks of one machine. */
@Tag("hostile")
class FloodTest {
  private static final int STRANGERS = 10_000;

  /** Sockets that the strangers hold at a time. */
  private static final int HELD = 1_000;

  private static final int REGIONS = 32;

  private static final byte[] BEGINNING =
      "\u0013/multistream/1.0.0\n\u0007/noise\n".getBytes(US_ASCII);

  private final Host server =
      Host.builder().listen("/ip4/127.0.0.1/tcp/0").protocol(new Echo()).start();
  private final Host honest = Host.builder().start();
  private final ArrayDeque<Socket> held = new ArrayDeque<>();
  private final AtomicInteger mostPending = new AtomicInteger();
  private int strangers;

  @AfterEach
  void close() throws IOException {
    release();
    honest.close();
    server.close();
  }

  @Test
  void aThousandHalfHandshakesThatStayDoNotKeepHonestPeersOut() throws Exception {
    echo(Duration.ofSeconds(20));
    flood(1_000);
    assertThat(server.stats().handshakes()).isEqualTo(64);

    echo(Duration.ofSeconds(2));

    assertThat(mostPending).hasValueLessThanOrEqualTo(64);
    assertThat(server.stats().refusals()).containsKeys("handshakes.displaced");
  }

  @Test
  void tenThousandThatPushEachOtherOutCostNothingThatStays() throws Exception {
    echo(Duration.ofSeconds(20));
    flood(STRANGERS / 10);
    release();
    await().atMost(Duration.ofSeconds(15)).until(() -> server.stats().inbound() <= 1);
    long base = used();

    var over = new AtomicBoolean();
    CompletableFuture<Integer> dials = CompletableFuture.supplyAsync(() -> dialUntil(over));
    flood(STRANGERS - STRANGERS / 10);
    over.set(true);
    int echoes = dials.get(30, SECONDS);
    release();

    assertThat(echoes).isPositive();
    assertThat(mostPending).hasValueLessThanOrEqualTo(64);
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .until(() -> used() < base * 1.1);
    long each = (used() - base) / (STRANGERS - STRANGERS / 10);
    System.out.println(echoes + " honest dials, base " + base + " bytes, " + each + " a stranger, "
        + server.stats().refusals());
  }

  private void flood(int count) throws IOException {
    int port = Integer.parseInt(server.addresses().get(0).value("tcp").orElseThrow());
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket();
      int number = strangers++;
      byte[] from = {127, (byte) (1 + number % REGIONS), (byte) (number / REGIONS), 1};
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(from), 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      held.add(socket);
      try {
        socket.getOutputStream().write(BEGINNING);
      } catch (IOException refusedAtOnce) {
        // Most of them are.
      }
      mostPending.accumulateAndGet(server.stats().handshakes(), Math::max);
      if (held.size() > HELD) {
        held.remove().close();
      }
    }
  }

  private void release() throws IOException {
    for (Socket socket : held) {
      socket.close();
    }
    held.clear();
  }

  private int dialUntil(AtomicBoolean over) {
    int echoes = 0;
    while (!over.get()) {
      echo(Duration.ofSeconds(2));
      echoes++;
    }
    return echoes;
  }

  /** A new connection of an honest peer, used and closed. */
  private void echo(Duration limit) {
    try {
      Connection connection =
          honest.connect(server.id(), server.addresses()).get(limit.toMillis(), MILLISECONDS);
      Collector collector = new Collector();
      connection.open(StreamRequest.of(Echo.ID, collector)).get(20, SECONDS).shutdownOutput();
      assertThat(collector.ended().get(20, SECONDS)).isZero();
      connection.close().get(20, SECONDS);
    } catch (Exception failed) {
      throw new AssertionError("an honest dial failed", failed);
    }
  }

  private static long used() {
    System.gc();
    var metric = PooledByteBufAllocator.DEFAULT.metric();
    return Runtime.getRuntime().totalMemory()
        - Runtime.getRuntime().freeMemory()
        + metric.usedDirectMemory();
  }
}
