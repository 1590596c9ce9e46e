package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.QueueLimits;
import dev.twine.libp2p.core.RateLimits;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a user sets is what holds: each limit of a connection at its value and one past it. */
class YamuxLimitsTest {
  private static final int WINDOW = 256 << 10;

  @AutoClose
  private Link link = new Link();

  private final Collector near = new Collector();

  @Test
  void pingsAreAnsweredAsOftenAsTheLimitSays() {
    limit(Limits.defaults().with(RateLimits.defaults().withPings(1, 3)));
    for (int i = 0; i < 3; i++) {
      link.listener.channel.writeInbound(Wire.frame(FrameType.PING, FrameHeader.SYN, 0, i));
    }
    assertThat(link.listener.channel.isOpen()).isTrue();
    link.listener.channel.writeInbound(Wire.frame(FrameType.PING, FrameHeader.SYN, 0, 3));

    assertThat(link.listener.channel.isOpen()).isFalse();
    assertThat(link.listener.refused("yamux.pings")).isOne();
  }

  @Test
  void controlFramesPileUpToTheLimit() {
    limit(Limits.defaults().with(QueueLimits.defaults().withControlBytes(1200)));
    link.listener.sent().release();
    link.listener.writable(false);
    for (int i = 0; i < 100; i++) {
      link.listener.channel.writeInbound(open(i));
    }
    assertThat(link.listener.channel.isOpen()).isTrue();
    link.listener.channel.writeInbound(open(100));

    assertThat(link.listener.channel.isOpen()).isFalse();
    assertThat(link.listener.refused("yamux.control")).isOne();
  }

  @Test
  void resetsAreForgivenUpToTheLimit() {
    limit(Limits.defaults().with(RateLimits.defaults().withEndings(2, 100)));
    for (int i = 0; i < 2; i++) {
      openAndReset(i);
    }
    assertThat(link.listener.channel.isOpen()).isTrue();
    openAndReset(2);

    assertThat(link.listener.channel.isOpen()).isFalse();
    assertThat(link.listener.refused("streams.resets")).isOne();
  }

  @Test
  void refusalsAreToleratedUpToTheLimit() {
    limit(Limits.defaults()
        .with(StreamLimits.defaults().withStreams(0, 1))
        .with(RateLimits.defaults().withEndings(100, 2)));
    link.listener.channel.writeInbound(open(0));
    link.listener.channel.writeInbound(open(1));
    assertThat(link.listener.channel.isOpen()).isTrue();
    link.listener.channel.writeInbound(open(2));

    assertThat(link.listener.channel.isOpen()).isFalse();
    assertThat(link.listener.refused("streams.inbound")).isEqualTo(3);
  }

  @Test
  void closedStreamsAreRememberedUpToTheLimit() {
    limit(Limits.defaults().with(StreamLimits.defaults().withClosed(2)));
    for (int i = 0; i < 3; i++) {
      link.listener.channel.writeInbound(Wire.data(FrameHeader.SYN, 2 * i + 1, 1));
      link.listener.accepted.get(i).close();
      link.listener.channel.runPendingTasks();
      assertThat(link.listener.refused("streams.closed")).isEqualTo(i < 2 ? 0 : 1);
    }
    link.listener.sent().release();

    link.listener.channel.writeInbound(Wire.data(0, 1, 1));
    assertThat(Wire.streamHeaders(link.listener.sent())).isEmpty();
    link.listener.channel.writeInbound(Wire.data(0, 3, 1));
    assertThat(Wire.streamHeaders(link.listener.sent())).hasSize(1);
  }

  @Test
  void aStreamQueuesWhatTheLimitSays() {
    limit(Limits.defaults().with(QueueLimits.defaults().withBytes(1, 1)));
    YamuxStream stream = link.dialler.open(near);
    // Whatever its size, the largest message passes, and so does one more up to the mark.
    assertThat(write(stream, WINDOW + 1_000).isDone()).isFalse();
    assertThat(write(stream, 120 << 10).isDone()).isFalse();
    assertThat(link.dialler.refused("streams.queued")).isZero();

    assertThat(write(stream, 120 << 10).isDone()).isFalse();
    assertThat(write(stream, 1).isSuccess()).isFalse();
    assertThat(link.dialler.refused("streams.queued")).isOne();
    assertThat(stream.isOpen()).isFalse();
  }

  @Test
  void aStreamThatMovesNothingIsResetAtItsLimit() {
    YamuxStream stream = stalled();
    link.dialler.pass(59);
    assertThat(stream.isOpen()).isTrue();
    link.dialler.pass(16);

    assertThat(stream.isOpen()).isFalse();
    assertThat(link.dialler.refused("streams.stalled")).isOne();
    assertThat(((Libp2pException) near.failures.get(0)).reason()).isEqualTo(FailureReason.TIMEOUT);
    link.dialler.channel.runPendingTasks();
    assertThat(Wire.streamHeaders(link.dialler.sent()))
        .anyMatch(header -> header.has(FrameHeader.RST));
  }

  @Test
  void aStreamThatMovesALittleIsKept() {
    YamuxStream stream = stalled();
    for (int i = 0; i < 10; i++) {
      link.dialler.pass(50);
      link.dialler.channel.writeInbound(Wire.frame(FrameType.WINDOW_UPDATE, 0, 1, 1));
    }

    assertThat(stream.isOpen()).isTrue();
    assertThat(link.dialler.refused("streams.stalled")).isZero();
  }

  @Test
  void theLimitOfAStallIsAStreamsOwn() {
    YamuxStream patient = stalled();
    assertThat(patient.config().getOption(StreamChannel.STALL_LIMIT))
        .isEqualTo(Duration.ofMinutes(1));
    patient.config().setOption(StreamChannel.STALL_LIMIT, Duration.ZERO);
    link.dialler.pass(600);
    assertThat(patient.isOpen()).isTrue();

    patient.config().setOption(StreamChannel.STALL_LIMIT, Duration.ofSeconds(4));
    link.dialler.pass(25);
    assertThat(patient.isOpen()).isFalse();
  }

  @Test
  void whoHasNothingToSendIsNeverStalled() {
    YamuxStream stream = stalled();
    link.dialler.channel.writeInbound(Wire.frame(FrameType.WINDOW_UPDATE, 0, 1, WINDOW));
    link.dialler.pass(600);

    assertThat(stream.isOpen()).isTrue();
  }

  /** One that has sent its window and has something left; keep-alive is out of the way. */
  private YamuxStream stalled() {
    Limits limits = Limits.defaults();
    Duration day = Duration.ofHours(1);
    limit(limits.with(limits.connection().keepAlive().withInterval(day, day).withFirstAnswer(day)));
    YamuxStream stream = link.dialler.open(near);
    write(stream, WINDOW + 100);
    link.dialler.sent().release();
    return stream;
  }

  private void limit(Limits limits) {
    link.close();
    link = new Link(MuxerConfig.of(limits), MuxerConfig.of(limits));
    link.listener.acceptor = stream -> stream.pipeline().addLast(new Collector());
  }

  private void openAndReset(int i) {
    link.listener.channel.writeInbound(open(i));
    link.listener.channel.writeInbound(
        Wire.frame(FrameType.WINDOW_UPDATE, FrameHeader.RST, 2 * i + 1, 0));
  }

  private static ByteBuf open(int i) {
    return Wire.frame(FrameType.WINDOW_UPDATE, FrameHeader.SYN, 2 * i + 1, 0);
  }

  private ChannelFuture write(YamuxStream stream, int bytes) {
    ChannelFuture written = stream.writeAndFlush(Unpooled.buffer(bytes).writeZero(bytes));
    link.dialler.channel.runPendingTasks();
    return written;
  }
}
