package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.StreamAcceptor;
import dev.twine.libp2p.core.WindowLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Pressure goes back: from the reader to its peer's writer, and nothing piles up between. */
class YamuxFlowTest {
  private static final int WINDOW = 256 << 10;
  private static final int MARK = 128 << 10;
  private static final int MIB = 1 << 20;

  @AutoClose
  private Link link = new Link();

  private final Collector reader = new Collector();
  private final Collector writer = new Collector();

  @Test
  void oneWriteOfTenMegabytesPassesAWindowOf256KiB() {
    link.listener.acceptor = stream -> stream.pipeline().addLast(reader);
    var bytes = new byte[10_000_000];
    new Random(1).nextBytes(bytes);
    var checksum = new CRC32C();
    checksum.update(bytes);

    ChannelFuture written = link.dialler.open(writer).writeAndFlush(Unpooled.wrappedBuffer(bytes));
    link.pump();

    assertThat(written.isSuccess()).isTrue();
    assertThat(reader.bytes).isEqualTo(bytes.length);
    assertThat(reader.checksum.getValue()).isEqualTo(checksum.getValue());
  }

  @Test
  void aReaderWhoDoesNotReadStopsItsPeerAtTheWindow() {
    link.listener.acceptor = paused(reader);
    var pump = new Pump(2, 64 * MIB, 16 << 10);
    YamuxStream stream = link.dialler.open(both(writer, pump));
    link.pump();

    assertThat(reader.bytes).isZero();
    assertThat(stream.isWritable()).isFalse();
    assertThat(64L * MIB - pump.left).isBetween((long) WINDOW, WINDOW + MARK + (16L << 10));
    assertThat(link.listener.muxer.stats().receivedBytes()).isEqualTo(WINDOW);

    link.listener.accepted.get(0).config().setAutoRead(true);
    link.pump();

    assertThat(reader.bytes).isEqualTo(64L * MIB);
    assertThat(reader.checksum.getValue()).isEqualTo(pump.checksum.getValue());
    assertThat(reader.ended).isTrue();
  }

  @Test
  void aReadGetsSixteenPartsAndCreditComesForThoseOnly() {
    link.listener.acceptor = paused(reader);
    YamuxStream stream = link.dialler.open(writer);
    for (int i = 0; i < 40; i++) {
      stream.writeAndFlush(Unpooled.buffer().writeZero(6_000));
      link.pump();
    }
    assertThat(reader.reads).isZero();
    YamuxStream accepted = link.listener.accepted.get(0);

    accepted.read();
    Wire.streamHeaders(link.listener.sent());

    assertThat(reader.reads).isEqualTo(16);
    assertThat(reader.readCompletes).isOne();
    long given = reader.bytes;
    assertThat(accepted.input().window().available()).isLessThanOrEqualTo(WINDOW - 240_000 + given);

    link.listener.channel.runPendingTasks();
    assertThat(reader.bytes).isEqualTo(given);
    accepted.read();
    accepted.read();
    Wire.streamHeaders(link.listener.sent());
    assertThat(reader.reads).isEqualTo(32);
    accepted.read();
    Wire.streamHeaders(link.listener.sent());
    assertThat(reader.bytes).isEqualTo(240_000);
  }

  @Test
  void aReadAskedForEarlyTakesWhatComesLater() {
    link.listener.acceptor = paused(reader);
    YamuxStream stream = link.dialler.open(writer);
    stream.writeAndFlush(Unpooled.buffer().writeZero(10));
    link.pump();
    YamuxStream accepted = link.listener.accepted.get(0);
    accepted.read();
    link.pump();
    assertThat(reader.bytes).isEqualTo(10);

    accepted.read();
    stream.writeAndFlush(Unpooled.buffer().writeZero(20));
    link.pump();
    stream.writeAndFlush(Unpooled.buffer().writeZero(40));
    link.pump();

    assertThat(reader.bytes).isEqualTo(30);
  }

  @Test
  void aWriterWhoNeverLooksIsStoppedAtALimitAndEverythingIsReleased() {
    link.listener.acceptor = paused(reader);
    YamuxStream stream = link.dialler.open(writer);
    List<ChannelFuture> writes = new ArrayList<>();
    ByteBuf shared = Unpooled.directBuffer(64 << 10).writeZero(64 << 10);
    long most = 0;
    for (int i = 0; i < 1_000; i++) {
      writes.add(stream.writeAndFlush(shared.retainedDuplicate()));
      link.pump();
      var queue = stream.unsafe().outboundBuffer();
      most = Math.max(most, queue == null ? 0 : queue.totalPendingWriteBytes());
    }

    assertThat(most).isLessThan(MIB + MARK + (256 << 10));
    assertThat(writes).allMatch(ChannelFuture::isDone);
    assertThat(writes).filteredOn(ChannelFuture::isSuccess).hasSize(WINDOW / (64 << 10));
    assertThat(link.dialler.refused("streams.queued")).isOne();
    assertThat(reasons(writer)).containsExactly(FailureReason.LIMIT);
    assertThat(writer.inactive).isTrue();
    assertThat(reasons(reader)).containsExactly(FailureReason.RESET_BY_PEER);
    assertThat(shared.refCnt()).isOne();
    assertThat(link.dialler.session().queues().excess()).isZero();
    shared.release();
  }

  @Test
  void aStalledReaderDoesNotDelayAnotherStream() {
    link.listener.acceptor = stream -> {
      if (stream.streamId() == 1) {
        stream.config().setAutoRead(false);
      } else {
        stream.pipeline().addLast(reader);
      }
    };
    link.dialler.open(new Pump(3, 4 * MIB, 50_000));
    link.pump();
    var pump = new Pump(4, 4 * MIB, 50_000);
    link.dialler.open(pump);
    link.pump();

    assertThat(reader.bytes).isEqualTo(4 * MIB);
    assertThat(reader.checksum.getValue()).isEqualTo(pump.checksum.getValue());
  }

  @Test
  void oneBufferSharedByManyStreamsArrivesIntactPastAStuckPeer() {
    List<Collector> readers = new ArrayList<>();
    link.listener.acceptor = stream -> {
      var each = new Collector();
      readers.add(each);
      stream.pipeline().addLast(each);
      stream.config().setAutoRead(stream.streamId() != 1);
    };
    List<YamuxStream> streams = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      streams.add(link.dialler.open(new Collector()));
    }
    var bytes = new byte[64 << 10];
    new Random(5).nextBytes(bytes);
    ByteBuf shared = Unpooled.directBuffer().writeBytes(bytes);
    var checksum = new CRC32C();
    for (int i = 0; i < 100; i++) {
      streams.forEach(stream -> stream.writeAndFlush(shared.retainedDuplicate()));
      checksum.update(bytes);
      link.pump();
    }

    assertThat(readers).hasSize(10);
    for (Collector each : readers.subList(1, 10)) {
      assertThat(each.bytes).isEqualTo(100L * bytes.length);
      assertThat(each.checksum.getValue()).isEqualTo(checksum.getValue());
      assertThat(each.failures).isEmpty();
    }
    assertThat(readers.get(0).bytes).isZero();
    streams.get(0).reset();
    link.pump();
    assertThat(shared.refCnt()).isOne();
    shared.release();
  }

  @Test
  void aConnectionThatTakesNothingMakesItsWritersWaitAndGoOn() {
    link.listener.acceptor = stream -> stream.pipeline().addLast(reader);
    YamuxStream stream = link.dialler.open(writer);
    link.pump();
    link.dialler.writable(false);

    ChannelFuture written = stream.writeAndFlush(Unpooled.buffer().writeZero(1_000));
    link.pump();
    assertThat(stream.isWritable()).isFalse();
    assertThat(written.isDone()).isFalse();
    assertThat(reader.bytes).isZero();

    link.dialler.writable(true);
    link.pump();
    assertThat(stream.isWritable()).isTrue();
    assertThat(writer.writability).containsExactly(false, true);
    assertThat(written.isSuccess()).isTrue();
    assertThat(reader.bytes).isEqualTo(1_000);
  }

  @Test
  void theWindowGrowsWhileTheApplicationIsFastAndNotWhileItIsSlow() {
    link.listener.acceptor = stream -> stream.pipeline().addLast(reader);
    YamuxStream slow = link.dialler.open(writer);
    link.pump();
    slow.pipeline().addLast(new Pump(6, 2 * MIB, 16 << 10));
    for (int i = 0; i < 200; i++) {
      link.listener.channel.advanceTimeBy(1, TimeUnit.SECONDS);
      link.pump(link.dialler, link.listener);
      link.pump(link.listener, link.dialler);
    }
    assertThat(reader.bytes).isEqualTo(2 * MIB);
    assertThat(link.listener.accepted.get(0).input().window().size()).isEqualTo(WINDOW);

    var fast = new Collector();
    link.listener.acceptor = stream -> stream.pipeline().addLast(fast);
    link.dialler.open(new Pump(7, 64 * MIB, 64 << 10));
    link.pump();
    assertThat(fast.bytes).isEqualTo(64L * MIB);
    assertThat(link.listener.accepted.get(1).input().window().size()).isEqualTo(16 * MIB);
  }

  @Test
  void windowsOfOneConnectionGrowWithinItsCap() {
    link.close();
    var limits = WindowLimits.defaults().withStreamBytes(2 * MIB).withConnectionBytes(4 * MIB);
    link = new Link(MuxerConfig.defaults(), config(limits));
    link.listener.acceptor = stream -> stream.pipeline().addLast(new Collector());
    link.pump();
    for (int i = 0; i < 6; i++) {
      link.dialler.open(new Pump(i, 8 * MIB + 1, 64 << 10));
    }
    link.pump();

    assertThat(link.listener.muxer.stats().receivedBytes()).isEqualTo(6 * (8 * MIB + 1));
    long sum = link.listener.accepted.stream()
        .mapToLong(s -> s.input().window().size())
        .sum();
    assertThat(sum).isBetween(3L * MIB, 4L * MIB);
    assertThat(link.listener.muxer.stats().windowBytes()).isEqualTo(sum);
  }

  @Test
  void dataThatWaitsOnTheConnectionIsLimitedToo() {
    link.close();
    var limits = WindowLimits.defaults().withStreamBytes(WINDOW).withConnectionBytes(MIB);
    link = new Link(MuxerConfig.defaults(), config(limits));
    link.listener.acceptor = stream -> paused(new Collector()).accepted(stream);
    List<YamuxStream> streams = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      streams.add(link.dialler.open(new Pump(i, WINDOW, 64 << 10)));
    }
    link.pump();
    assertThat(link.listener.refused("windows.held")).isZero();
    assertThat(streams).allMatch(YamuxStream::isOpen);

    YamuxStream fifth = link.dialler.open(both(writer, new Pump(5, 1, 1)));
    link.pump();
    assertThat(link.listener.refused("windows.held")).isOne();
    assertThat(fifth.isOpen()).isFalse();
    assertThat(streams).allMatch(YamuxStream::isOpen);
  }

  private static MuxerConfig config(WindowLimits windows) {
    return MuxerConfig.of(Limits.defaults().with(windows));
  }

  private static StreamAcceptor paused(Collector reader) {
    return stream -> {
      stream.config().setAutoRead(false);
      stream.pipeline().addLast(reader);
    };
  }

  private static ChannelHandler both(ChannelHandler one, ChannelHandler other) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(one, other);
      }
    };
  }

  private static List<FailureReason> reasons(Collector collector) {
    return collector.failures.stream().map(e -> ((Libp2pException) e).reason()).toList();
  }
}
