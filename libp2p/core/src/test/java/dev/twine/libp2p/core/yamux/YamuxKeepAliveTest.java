package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class YamuxKeepAliveTest {
  @AutoClose
  private final Link link = new Link();

  private final Link.End end = link.dialler;
  private final Collector stream = new Collector();

  @Test
  void measuresTheRoundTripFromTheFirstMomentOn() {
    assertThat(end.muxer.rttNanos()).isZero();
    link.pump(end, link.listener);
    end.channel.advanceTimeBy(7, TimeUnit.MILLISECONDS);
    link.pump(link.listener, end);

    assertThat(end.muxer.rttNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(7));
  }

  @Test
  void aTransferMeasuresAgainWhatTheFirstPingMetCold() {
    Link.End receiver = link.listener;
    receiver.acceptor = accepted -> accepted.pipeline().addLast(stream);
    link.pump(receiver, end);
    receiver.channel.advanceTimeBy(290, TimeUnit.MILLISECONDS);
    link.pump();
    assertThat(receiver.muxer.rttNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(290));

    end.open(new Collector()).writeAndFlush(Unpooled.buffer().writeZero(128 << 10));
    link.pump();

    assertThat(receiver.muxer.rttNanos()).isEqualTo(1);
    assertThat(stream.bytes).isEqualTo(128 << 10);
  }

  @Test
  void whoTransfersLittleIsNotPingedAgainAtOnce() {
    link.pump();
    long before = end.wireBytes + link.listener.wireBytes;
    link.listener.acceptor = accepted -> accepted.pipeline().addLast(stream);
    end.open(new Collector()).writeAndFlush(Unpooled.buffer().writeZero(1));
    link.pump();

    assertThat(stream.bytes).isOne();
    assertThat(end.wireBytes + link.listener.wireBytes - before)
        .isEqualTo(FrameHeader.SIZE + 1 + FrameHeader.SIZE);
  }

  @Test
  void aPeerThatOnlyAnswersPingsIsAlive() {
    for (int second = 0; second < 600; second++) {
      end.pass(1);
      link.listener.channel.advanceTimeBy(1, TimeUnit.SECONDS);
      link.pump();
    }

    assertThat(end.channel.isOpen()).isTrue();
    // One and its answer in 20 s, and two more of each side at first.
    assertThat(end.wireBytes).isBetween(600L / 20 * 24, 600L / 20 * 24 + 96);
  }

  @Test
  void aSilentPeerIsGivenUpWithItsStreams() {
    end.open(stream);
    link.pump();
    end.pass(40);
    assertThat(end.channel.isOpen()).isTrue();
    end.pass(10);

    assertThat(end.channel.isOpen()).isFalse();
    assertThat(((Libp2pException) end.failures.get(0)).reason())
        .isEqualTo(FailureReason.KEEP_ALIVE_TIMEOUT);
    assertThat(((Libp2pException) stream.failures.get(0)).reason())
        .isEqualTo(FailureReason.KEEP_ALIVE_TIMEOUT);
    assertThat(stream.inactive).isTrue();
    assertThat(end.refused("keepAlive")).isOne();
  }

  @Test
  void whoDoesNotReadDoesNotBlameThePeer() {
    end.channel.config().setAutoRead(false);
    end.pass(200);
    assertThat(end.channel.isOpen()).isTrue();

    end.channel.config().setAutoRead(true);
    end.pass(60);
    assertThat(end.channel.isOpen()).isFalse();
  }

  @Test
  void aPeerThatNeverSaysAnythingIsGivenUpSoon() {
    end.pass(9);
    assertThat(end.channel.isOpen()).isTrue();
    end.pass(1);

    assertThat(end.channel.isOpen()).isFalse();
    assertThat(end.refused("keepAlive.firstAnswer")).isOne();
    assertThat(((Libp2pException) end.failures.get(0)).reason())
        .isEqualTo(FailureReason.KEEP_ALIVE_TIMEOUT);
  }

  @Test
  void anAnswerToTheFirstPingIsEnough() {
    end.pass(9);
    link.pump();
    end.pass(40);

    assertThat(end.channel.isOpen()).isTrue();
    assertThat(end.refused("keepAlive.firstAnswer")).isZero();
  }
}
