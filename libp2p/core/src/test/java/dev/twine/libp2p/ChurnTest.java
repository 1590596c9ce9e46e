package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A peer that opens, or opens and resets, streams as fast as it can, at a live host. */
@Tag("hostile")
class ChurnTest {
  private static final int WINDOW_UPDATE = 1;
  private static final int SYN = 1;
  private static final int RST = 8;
  private static final long MIB = 1 << 20;
  private static final int BATCH = 1_000;

  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Host server = Host.builder()
      .listen("/ip4/127.0.0.1/tcp/0")
      .protocol(new Echo())
      .eventLoops(loop)
      .start();
  private final RawMuxer raw = new RawMuxer();
  private final Host attacker = Host.builder().muxers(raw).start();
  private final Host honest = Host.builder().start();

  @AfterEach
  void close() {
    attacker.close();
    honest.close();
    server.close();
    loop.shutdownGracefully(0, 1, SECONDS).syncUninterruptibly();
  }

  @Test
  void tenThousandStreamsLeave256AndLittleMemory() throws Exception {
    echo();
    attack();
    long before = usedHeap();

    for (int from = 0; from < 10_000; from += BATCH) {
      ByteBuf frames = raw.channel().alloc().buffer();
      for (int i = from; i < from + BATCH; i++) {
        RawMuxer.frame(frames, WINDOW_UPDATE, SYN, 2 * i + 1, 0);
      }
      raw.channel().writeAndFlush(frames);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> raw.resets.get() >= 10_000 - 256);

    Connection attacked = server.connections().stream()
        .filter(one -> one.peer().equals(attacker.id()))
        .findFirst()
        .orElseThrow();
    // Those with even numbers are the server's own.
    assertThat(attacked.streams())
        .filteredOn(stream -> stream.streamId() % 2 == 1)
        .hasSize(256);
    long growth = usedHeap() - before;
    System.out.println("256 streams: " + growth / 256 + " bytes each");
    assertThat(growth).isLessThan(16 * MIB);
    echo();
  }

  @Test
  void openingAndResettingEndsWithinItsLimitOfTime() throws Exception {
    echo();
    Connection attack = attack();
    long cpu = loopNanos();
    long start = System.nanoTime();

    for (int from = 0; from < 50_000 && attack.isOpen(); from += BATCH) {
      ByteBuf frames = raw.channel().alloc().buffer();
      for (int i = from; i < from + BATCH; i++) {
        RawMuxer.frame(frames, WINDOW_UPDATE, SYN, 2 * i + 1, 0);
        RawMuxer.frame(frames, WINDOW_UPDATE, RST, 2 * i + 1, 0);
      }
      raw.channel().writeAndFlush(frames);
    }
    attack.closed().get(10, SECONDS);
    long used = loopNanos() - cpu;

    System.out.println("closed after " + (System.nanoTime() - start) / 1_000_000 + " ms, loop "
        + used / 1_000_000 + " ms");
    assertThat(Duration.ofNanos(used)).isLessThan(Duration.ofSeconds(1));
    assertThat(server.stats().refusals()).containsEntry("streams.resets", 1L);
    echo();
  }

  private Connection attack() throws Exception {
    return attacker.connect(server.id(), server.addresses()).get(20, SECONDS);
  }

  private void echo() throws Exception {
    Connection connection = honest.connect(server.id(), server.addresses()).get(20, SECONDS);
    Collector collector = new Collector();
    connection.open(StreamRequest.of(Echo.ID, collector)).get(20, SECONDS).shutdownOutput();
    assertThat(collector.ended().get(20, SECONDS)).isZero();
  }

  /** The processor time of the host's only loop. */
  private long loopNanos() throws Exception {
    return loop.next()
        .submit(() -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime())
        .get(20, SECONDS);
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
