package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other implementations on this platform got wrong, between two whole hosts. */
class RegressionTest {
  private static final int MIB = 1 << 20;

  private final Deaf deaf = new Deaf();
  private final List<Host> others = new ArrayList<>();
  private Host server;
  private Host client;

  @BeforeEach
  void start() {
    server = Host.builder()
        .listen("/ip4/127.0.0.1/tcp/0")
        .protocol(new Echo())
        .protocol(deaf)
        .start();
    client = Host.builder().start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    others.forEach(Host::close);
  }

  @Test
  void anEchoOfManyWindowsComesBackUnchangedOnSeveralStreamsAtOnce() throws Exception {
    Connection connection = connect();
    List<Source> sources = new ArrayList<>();
    List<Collector> collectors = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Collector collector = new Collector();
      Source source = new Source(8L * MIB, i);
      connection
          .open(StreamRequest.of(Echo.ID, collector))
          .get(10, SECONDS)
          .pipeline()
          .addLast(source);
      sources.add(source);
      collectors.add(collector);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(collectors.get(i).ended().get(60, SECONDS))
          .isEqualTo(sources.get(i).checksum());
      assertThat(collectors.get(i).bytes()).isEqualTo(8L * MIB);
    }
  }

  /** On one connection, and each to a peer of its own. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void streamsThatShareABufferWithAStuckOneGetAllOfItIntact(boolean ownPeers) throws Exception {
    Connection connection = connect();
    StreamChannel stuck =
        connection.open(StreamRequest.of(Deaf.ID, new Collector())).get(10, SECONDS);
    List<StreamChannel> streams = new ArrayList<>(List.of(stuck));
    List<Collector> collectors = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Collector collector = new Collector();
      Connection one = ownPeers ? another() : connection;
      streams.add(one.open(StreamRequest.of(Echo.ID, collector)).get(10, SECONDS));
      collectors.add(collector);
    }
    CRC32 expected = new CRC32();
    Random random = new Random(3);
    byte[] bytes = new byte[64 << 10];
    for (int round = 0; round < 64; round++) {
      random.nextBytes(bytes);
      expected.update(bytes);
      broadcast(bytes, streams);
      // The stuck one is not waited for, the others keep the pace.
      long sent = (round + 1L) * bytes.length;
      await().until(() -> collectors.stream().allMatch(one -> one.bytes() == sent));
    }
    streams.subList(1, streams.size()).forEach(StreamChannel::shutdownOutput);
    for (Collector collector : collectors) {
      assertThat(collector.ended().get(30, SECONDS)).isEqualTo(expected.getValue());
    }
    stuck.reset().get(5, SECONDS);
  }

  @Test
  void whatIsWrittenToAPeerThatDoesNotReadIsBoundedAndFails() throws Exception {
    StreamChannel stream =
        connect().open(StreamRequest.of(Deaf.ID, new Collector())).get(10, SECONDS);
    AtomicInteger failed = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    byte[] bytes = new byte[64 << 10];
    for (int i = 0; i < 1024; i++) {
      ByteBuf part = stream.alloc().directBuffer(bytes.length).writeBytes(bytes);
      ChannelFuture written = stream.writeAndFlush(part);
      written.addListener(end -> {
        done.incrementAndGet();
        if (!end.isSuccess()) {
          failed.incrementAndGet();
        }
      });
      // Who writes without looking gets an answer; this test only spares the event loop's queue.
      stream.eventLoop().submit(() -> {}).get(10, SECONDS);
    }
    // 64 MiB are refused but for the window and the allowance of the stream.
    assertThat(failed.get()).isGreaterThan(850);
    assertThat(stream.isWritable()).isFalse();
    long grown = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before;
    assertThat(grown).isLessThan(24L * MIB);
    stream.reset().get(5, SECONDS);
    await().until(() -> done.get() == 1024);
  }

  @Test
  void aPeerThatLooksAtWritabilityStopsAtTheWindow() throws Exception {
    StreamChannel stream =
        connect().open(StreamRequest.of(Deaf.ID, new Collector())).get(10, SECONDS);
    Source source = new Source(16L * MIB, 1);
    stream.pipeline().addLast(source);
    await().until(() -> !stream.isWritable());
    assertThat(source.left()).isGreaterThan(15L * MIB);
    // The connection is as good as before.
    Collector collector = new Collector();
    StreamChannel other = connect().open(StreamRequest.of(Echo.ID, collector)).get(10, SECONDS);
    other.pipeline().addLast(new Source(MIB, 2));
    collector.ended().get(30, SECONDS);

    // And the stuck one goes on as soon as its peer reads.
    deaf.wake();
    await().atMost(Duration.ofSeconds(60)).until(() -> source.left() == 0);
  }

  @Test
  void aSecondStreamOfAProtocolWorksAfterTheFirstWasClosed() throws Exception {
    Connection connection = connect();
    for (int i = 0; i < 3; i++) {
      Collector collector = new Collector();
      StreamChannel stream =
          connection.open(StreamRequest.of(Echo.ID, collector)).get(10, SECONDS);
      stream.writeAndFlush(stream.alloc().buffer(32).writeZero(32));
      await().until(() -> collector.bytes() == 32);
      stream.close().get(10, SECONDS);
    }
    await().until(() -> connection.streams().isEmpty());
  }

  private static void broadcast(byte[] bytes, List<StreamChannel> streams) {
    ByteBuf shared = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
    for (StreamChannel stream : streams) {
      stream.writeAndFlush(shared.retainedDuplicate());
    }
    shared.release();
  }

  /** To one more peer. */
  private Connection another() throws Exception {
    Host peer =
        Host.builder().listen("/ip4/127.0.0.1/tcp/0").protocol(new Echo()).start();
    others.add(peer);
    return client.connect(peer.id(), peer.addresses()).get(20, SECONDS);
  }

  private Connection connect() throws Exception {
    return client.connect(server.id(), server.addresses()).get(20, SECONDS);
  }

  /** Does not read until it is woken. */
  private static final class Deaf implements StreamProtocol {
    static final String ID = "/test/deaf";

    private final List<StreamChannel> streams = new CopyOnWriteArrayList<>();

    @Override
    public List<String> ids() {
      return List.of(ID);
    }

    @Override
    public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
      stream.config().setAutoRead(false);
      stream.pipeline().addLast(new Collector());
      streams.add(stream);
    }

    void wake() {
      streams.forEach(stream -> stream.config().setAutoRead(true));
    }
  }
}
