package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.RateLimits;
import dev.twine.libp2p.core.StreamLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Many streams on one connection: who sends when, and in frames of what size. */
class YamuxFairnessTest {
  private static final int MIB = 1 << 20;

  @AutoClose
  private final Link link = new Link(roomy(), roomy());

  @Test
  void aloneFramesAreLargeAndWithOthersSmall() {
    link.listener.acceptor = stream -> stream.pipeline().addLast(new Collector());
    YamuxStream first = link.dialler.open(new Collector());
    link.pump();

    first.writeAndFlush(Unpooled.buffer().writeZero(200_000));
    assertThat(lengths()).containsExactly(65_524L, 65_524L, 65_524L, 3_428L);

    YamuxStream second = link.dialler.open(new Collector());
    link.pump();
    first.writeAndFlush(Unpooled.buffer().writeZero(40_000));
    second.writeAndFlush(Unpooled.buffer().writeZero(40_000));
    List<Long> lengths = lengths();
    assertThat(lengths).allMatch(length -> length <= 16 << 10);
    assertThat(lengths.stream().mapToLong(length -> length).sum()).isEqualTo(80_000);
  }

  @Test
  void manySmallWritesTravelInOneFrame() {
    YamuxStream stream = link.dialler.open(new Collector());
    link.pump();
    for (int i = 0; i < 64; i++) {
      stream.writeAndFlush(Unpooled.buffer().writeZero(100));
    }

    assertThat(lengths()).containsExactly(6_400L);
  }

  @Test
  void aTurnFlushesOnce() {
    List<YamuxStream> streams = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      streams.add(link.dialler.open(new Collector()));
    }
    link.pump();
    int before = link.dialler.flushes;

    streams.forEach(stream -> stream.writeAndFlush(Unpooled.buffer().writeZero(100)));
    link.pump();

    assertThat(link.dialler.flushes).isEqualTo(before + 1);
  }

  @Test
  void whoReadsManyFramesAtOnceAnswersInOneFlush() {
    link.listener.acceptor = stream -> stream.pipeline().addLast(new Echo());
    List<YamuxStream> streams = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      streams.add(link.dialler.open(new Collector()));
    }
    link.pump();
    int before = link.listener.flushes;

    streams.forEach(stream -> stream.writeAndFlush(Unpooled.buffer().writeZero(100)));
    link.pump();

    assertThat(link.listener.flushes).isEqualTo(before + 1);
  }

  @Test
  void underContentionBytesFollowWeights() {
    int[] weights = {4, 16, 16, 64};
    Map<Long, Collector> readers = new HashMap<>();
    link.listener.acceptor = stream -> {
      var reader = new Collector();
      readers.put(stream.streamId(), reader);
      stream.pipeline().addLast(reader);
    };
    link.pump();
    List<YamuxStream> streams = new ArrayList<>();
    for (int weight : weights) {
      YamuxStream stream = link.dialler.open(new Pump(weight, 100L * MIB, 32 << 10));
      stream.weight(weight);
      assertThat(stream.weight()).isEqualTo(weight);
      streams.add(stream);
    }
    // The connection takes so much at a time, as a socket would.
    var gate = new Gate(64 << 10);
    link.dialler.channel.pipeline().addBefore("yamux", "gate", gate);
    Map<Long, Long> warm = null;
    while (sum(readers) < 40L * MIB) {
      gate.open(link.dialler);
      link.pump(link.dialler, link.listener);
      link.pump(link.listener, link.dialler);
      if (warm == null && sum(readers) > 8L * MIB) {
        warm = bytes(readers);
      }
    }

    Map<Long, Long> start = warm;
    Map<Long, Long> end = bytes(readers);
    double total =
        end.keySet().stream().mapToLong(id -> end.get(id) - start.get(id)).sum();
    int allWeights = Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      long id = streams.get(i).streamId();
      double fair = weights[i] / (double) allWeights;
      assertThat((end.get(id) - start.get(id)) / total)
          .as("share of weight " + weights[i])
          .isCloseTo(fair, within(fair * 0.1));
    }
    streams.forEach(YamuxStream::reset);
  }

  @Test
  void aSmallMessageOvertakesTheQueueOfABulkTransfer() {
    var votes = new Collector();
    link.listener.acceptor =
        stream -> stream.pipeline().addLast(stream.streamId() == 1 ? new Collector() : votes);
    YamuxStream bulk = link.dialler.open(new Collector());
    YamuxStream vote = link.dialler.open(new Collector());
    link.pump();
    bulk.writeAndFlush(Unpooled.buffer().writeZero(250_000));
    vote.writeAndFlush(Unpooled.buffer().writeZero(1_000));

    ByteBuf sent = link.dialler.sent();
    List<FrameHeader> headers = Wire.streamHeaders(sent);
    assertThat(headers.indexOf(Wire.header(FrameType.DATA, 0, 3, 1_000))).isBetween(0, 1);
  }

  /** The connection takes 64 KiB at a time, as a slow socket would, and the download never ends. */
  @Test
  void besideADownloadOfLessWeightEveryVoteLeavesAtOnceBehindAtMostOneFrame() {
    link.listener.acceptor = stream -> stream.pipeline().addLast(new Collector());
    YamuxStream votes = link.dialler.open(new Collector());
    link.pump();
    YamuxStream download = link.dialler.open(new Pump(7, 100L * MIB, 32 << 10));
    download.weight(4);
    var gate = new Gate(64 << 10);
    link.dialler.channel.pipeline().addBefore("yamux", "gate", gate);

    int waited = 0;
    for (int i = 0; i < 200; i++) {
      gate.open(link.dialler);
      carryData();
      votes.writeAndFlush(Unpooled.buffer().writeZero(100));
      List<FrameHeader> frames = carryData();
      if (frames.isEmpty()) { // Full, as mostly: not where the download waits for credit.
        waited++;
        gate.open(link.dialler);
        frames = carryData();
      }
      int ahead = frames.indexOf(Wire.header(FrameType.DATA, 0, (int) votes.streamId(), 100));
      assertThat(ahead).as("frames ahead of vote %s in %s", i, frames).isBetween(0, 1);
      assertThat(frames.subList(0, ahead)).allMatch(frame -> frame.length() <= 16 << 10);
    }
    assertThat(waited).isGreaterThan(100);
    download.reset();
  }

  /** What the dialler sends now reaches the other end, whose credit comes back. */
  private List<FrameHeader> carryData() {
    ByteBuf sent = link.dialler.sent();
    List<FrameHeader> frames = Wire.streamHeaders(sent.copy()).stream()
        .filter(frame -> frame.type() == FrameType.DATA)
        .toList();
    link.listener.channel.writeInbound(sent);
    link.pump(link.listener, link.dialler);
    return frames;
  }

  @Test
  void aThousandStreamsAtOnceEchoAndEnd() {
    link.listener.acceptor = stream -> stream.pipeline().addLast(new Echo());
    List<Collector> readers = new ArrayList<>();
    List<YamuxStream> streams = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      readers.add(new Collector());
      streams.add(link.dialler.open(readers.get(i)));
      if (i % 250 == 249) {
        link.pump();
      }
    }
    assertThat(link.listener.muxer.streams()).isEqualTo(1_000);

    List<Pump> pumps = new ArrayList<>();
    for (YamuxStream stream : streams) {
      var pump = new Pump(stream.streamId(), 10_000, 3_000);
      pumps.add(pump);
      stream.pipeline().addLast(pump);
    }
    link.pump();

    for (int i = 0; i < 1_000; i++) {
      assertThat(readers.get(i).checksum.getValue())
          .isEqualTo(pumps.get(i).checksum.getValue());
      assertThat(readers.get(i).inactive).isTrue();
    }
    assertThat(link.dialler.muxer.streams() + link.listener.muxer.streams()).isZero();
    assertThat(link.dialler.muxer.stats().sentBytes()).isEqualTo(10_000_000);
  }

  private static MuxerConfig roomy() {
    return MuxerConfig.of(Limits.defaults()
        .with(StreamLimits.defaults().withStreams(2_000, 2_000))
        .with(RateLimits.defaults().withOpens(1_000, 2_000)));
  }

  private List<Long> lengths() {
    return Wire.streamHeaders(link.dialler.sent()).stream()
        .filter(header -> header.type() == FrameType.DATA)
        .map(FrameHeader::length)
        .toList();
  }

  private static long sum(Map<Long, Collector> readers) {
    return readers.values().stream().mapToLong(reader -> reader.bytes).sum();
  }

  private static Map<Long, Long> bytes(Map<Long, Collector> readers) {
    Map<Long, Long> result = new HashMap<>();
    readers.forEach((id, reader) -> result.put(id, reader.bytes));
    return result;
  }
}
