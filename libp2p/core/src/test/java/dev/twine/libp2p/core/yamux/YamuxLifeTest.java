package dev.twine.libp2p.core.yamux;

import static dev.twine.libp2p.core.yamux.FrameHeader.ACK;
import static dev.twine.libp2p.core.yamux.FrameHeader.FIN;
import static dev.twine.libp2p.core.yamux.FrameHeader.RST;
import static dev.twine.libp2p.core.yamux.FrameHeader.SYN;
import static dev.twine.libp2p.core.yamux.FrameType.DATA;
import static dev.twine.libp2p.core.yamux.FrameType.GO_AWAY;
import static dev.twine.libp2p.core.yamux.FrameType.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.ChannelOutputShutdownException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How streams begin and end, frame by frame. */
class YamuxLifeTest {
  @AutoClose
  private final Link link = new Link();

  private final Collector near = new Collector();
  private final Collector far = new Collector();

  YamuxLifeTest() {
    link.listener.acceptor = stream -> stream.pipeline().addLast(far);
    link.pump();
  }

  @Test
  void theFirstDataOpensTheStreamInOneFrameAndOneFlush() {
    int flushes = link.dialler.flushes;
    YamuxStream stream = link.dialler.open(near);
    stream.write(Unpooled.buffer().writeZero(5));
    stream.writeAndFlush(Unpooled.buffer().writeZero(6));

    assertThat(Wire.headers(link.dialler.sent())).containsExactly(Wire.header(DATA, SYN, 1, 11));
    assertThat(link.dialler.flushes).isEqualTo(flushes + 1);
    assertThat(near.active).isTrue();
  }

  @Test
  void aStreamThatSaysNothingIsOpenedAllTheSame() {
    link.dialler.open(near);

    assertThat(Wire.headers(link.dialler.sent()))
        .containsExactly(Wire.header(WINDOW_UPDATE, SYN, 1, 0));
  }

  @Test
  void numbersAreOddForTheDiallerAndEvenForTheListener() {
    assertThat(link.dialler.open(near).streamId()).isEqualTo(1);
    assertThat(link.dialler.open(new Collector()).streamId()).isEqualTo(3);
    assertThat(link.listener.open(new Collector()).streamId()).isEqualTo(2);
    assertThat(link.listener.open(new Collector()).streamId()).isEqualTo(4);
  }

  @Test
  void acceptanceIsToldAtOnceOrOnTheFirstAnswer() {
    link.dialler.open(near);
    link.pump(link.dialler, link.listener);
    assertThat(Wire.headers(link.listener.sent()))
        .containsExactly(Wire.header(WINDOW_UPDATE, ACK, 1, 0));

    link.listener.acceptor = stream -> stream.writeAndFlush(Unpooled.buffer().writeZero(3));
    link.dialler.open(new Collector());
    link.pump(link.dialler, link.listener);
    assertThat(Wire.headers(link.listener.sent())).containsExactly(Wire.header(DATA, ACK, 3, 3));
  }

  @Test
  void theEndFollowsTheLastDataInAFrameOfItsOwn() {
    YamuxStream stream = link.dialler.open(near);
    stream.write(Unpooled.buffer().writeZero(5));
    ChannelFuture ended = stream.shutdownOutput();

    assertThat(ended.isDone()).isFalse();
    assertThat(Wire.headers(link.dialler.sent()))
        .containsExactly(Wire.header(DATA, SYN, 1, 5), Wire.header(WINDOW_UPDATE, FIN, 1, 0));
    assertThat(ended.isSuccess()).isTrue();
    assertThat(stream.isOutputShutdown()).isTrue();
    assertThat(stream.shutdownOutput().isSuccess()).isTrue();
  }

  @Test
  void theEndThatAListenerAsksForFollowsAlsoWhatIsEmpty() {
    YamuxStream stream = link.dialler.open(near);
    link.pump();
    stream.write(Unpooled.EMPTY_BUFFER).addListener(written -> {
      stream.write(Unpooled.EMPTY_BUFFER);
      stream.shutdownOutput();
    });
    stream.flush();

    assertThat(Wire.headers(link.dialler.sent()))
        .containsExactly(Wire.header(WINDOW_UPDATE, FIN, 1, 0));
  }

  @Test
  void nothingIsWrittenAfterTheEnd() {
    YamuxStream stream = link.dialler.open(near);
    stream.shutdownOutput();
    var late = Unpooled.buffer().writeZero(5);

    ChannelFuture written = stream.writeAndFlush(late);

    assertThat(written.cause()).isInstanceOf(ChannelOutputShutdownException.class);
    assertThat(late.refCnt()).isZero();
    assertThat(stream.isOpen()).isTrue();
  }

  @Test
  void whoEndsFirstStillReads() {
    YamuxStream stream = link.dialler.open(near);
    stream.write(Unpooled.buffer().writeZero(5));
    stream.shutdownOutput();
    link.pump();
    assertThat(far.bytes).isEqualTo(5);
    assertThat(far.ended).isTrue();
    YamuxStream other = link.listener.accepted.get(0);
    assertThat(other.isInputShutdown()).isTrue();
    assertThat(other.isOpen() && stream.isOpen()).isTrue();

    other.writeAndFlush(Unpooled.buffer().writeZero(700));
    link.pump();
    assertThat(near.bytes).isEqualTo(700);
    other.shutdownOutput();
    link.pump();

    assertEndedInOrder(stream, other);
  }

  @Test
  void theListenerMayEndFirst() {
    YamuxStream stream = link.dialler.open(near);
    link.pump();
    YamuxStream other = link.listener.accepted.get(0);
    other.shutdownOutput();
    link.pump();
    assertThat(near.ended).isTrue();
    assertThat(stream.isOpen()).isTrue();

    stream.writeAndFlush(Unpooled.buffer().writeZero(9));
    stream.shutdownOutput();
    link.pump();

    assertThat(far.bytes).isEqualTo(9);
    assertEndedInOrder(stream, other);
  }

  @Test
  void theEndWaitsForDataThatWasNotReadYet() {
    link.listener.acceptor = stream -> {
      stream.config().setAutoRead(false);
      stream.pipeline().addLast(far);
    };
    YamuxStream stream = link.dialler.open(near);
    stream.write(Unpooled.buffer().writeZero(5));
    stream.shutdownOutput();
    link.pump();
    assertThat(far.ended).isFalse();

    link.listener.accepted.get(0).read();
    link.pump();

    assertThat(far.bytes).isEqualTo(5);
    assertThat(far.ended).isTrue();
  }

  @Test
  void closeSendsWhatIsQueuedAndThenTheEnd() {
    YamuxStream stream = link.dialler.open(near);
    List<ChannelFuture> writes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      writes.add(stream.write(Unpooled.buffer().writeZero(100_000)));
    }
    ChannelFuture closed = stream.close();
    ChannelFuture again = stream.close();
    assertThat(closed.isDone()).isFalse();
    assertThat(stream.write(Unpooled.buffer().writeZero(1)).cause())
        .isInstanceOf(ClosedChannelException.class);

    link.pump();

    assertThat(writes).allMatch(ChannelFuture::isSuccess);
    assertThat(closed.isSuccess() && again.isSuccess()).isTrue();
    assertThat(near.inactive).isTrue();
    assertThat(far.bytes).isEqualTo(1_000_000);
    assertThat(far.ended).isTrue();
    assertThat(far.failures).isEmpty();
    link.listener.accepted.get(0).close();
    link.pump();
    assertThat(link.dialler.muxer.streams() + link.listener.muxer.streams()).isZero();
  }

  @Test
  void aClosedStreamWhosePeerTakesNothingIsResetInTheEnd() {
    link.listener.acceptor = stream -> stream.config().setAutoRead(false);
    YamuxStream stream = link.dialler.open(near);
    ChannelFuture written = stream.writeAndFlush(Unpooled.buffer().writeZero(1_000_000));
    link.pump();
    ChannelFuture closed = stream.close();

    link.dialler.pass(29);
    assertThat(closed.isDone()).isFalse();
    link.dialler.pass(10);

    assertThat(closed.isSuccess()).isTrue();
    assertThat(written.isSuccess()).isFalse();
    assertThat(written.isDone()).isTrue();
    assertThat(link.dialler.refused("streams.closing")).isOne();
    assertThat(link.dialler.muxer.streams()).isZero();
  }

  @Test
  void dataForAStreamThatClosedMeetsAReset() {
    YamuxStream stream = link.dialler.open(near);
    link.pump();
    stream.close();
    YamuxStream other = link.listener.accepted.get(0);
    other.writeAndFlush(Unpooled.buffer().writeZero(400_000));
    link.pump();

    assertThat(reasons(far)).containsExactly(FailureReason.RESET_BY_PEER);
    assertThat(far.inactive).isTrue();
    assertThat(link.listener.muxer.streams()).isZero();
    assertThat(link.dialler.failures).isEmpty();
  }

  @Test
  void aStreamClosedBeforeItSaidAnythingIsNeverHeardOf() {
    link.dialler.open(near).close();

    assertThat(Wire.headers(link.dialler.sent())).isEmpty();
    assertThat(link.dialler.session().streams().unacknowledged()).isZero();
  }

  @Test
  void resetGivesUpWhatIsQueuedAndTellsThePeerAtOnce() {
    link.listener.acceptor = stream -> {
      stream.config().setAutoRead(false);
      stream.pipeline().addLast(far);
    };
    YamuxStream stream = link.dialler.open(near);
    ChannelFuture written = stream.writeAndFlush(Unpooled.buffer().writeZero(1_000_000));
    link.pump();

    assertThat(stream.reset().isSuccess()).isTrue();
    assertThat(written.cause()).isInstanceOf(Libp2pException.class);
    assertThat(Wire.headers(link.dialler.sent()))
        .containsExactly(Wire.header(WINDOW_UPDATE, RST, 1, 0));
    assertThat(near.inactive).isTrue();
    assertThat(near.failures).isEmpty();

    link.listener.channel.writeInbound(Wire.frame(WINDOW_UPDATE, RST, 1, 0));
    assertThat(reasons(far)).containsExactly(FailureReason.RESET_BY_PEER);
    assertThat(far.inactive).isTrue();
    assertThat(far.bytes).isZero();
    assertThat(Wire.headers(link.listener.sent())).isEmpty();
  }

  @Test
  void whatThePeerSentUpToItsEndIsReadAlsoAfterItsReset() {
    link.listener.acceptor = stream -> stream.config().setAutoRead(false);
    YamuxStream stream = link.dialler.open(near);
    stream.config().setAutoRead(false);
    ChannelFuture stuck = stream.writeAndFlush(Unpooled.buffer().writeZero(SendWindow.INITIAL + 1));
    ChannelFuture ended = stream.shutdownOutput();
    link.pump();
    YamuxStream other = link.listener.accepted.get(0);
    other.write(Unpooled.buffer().writeZero(5));
    other.shutdownOutput();
    link.pump();

    link.dialler.channel.writeInbound(Wire.frame(WINDOW_UPDATE, RST, 1, 0));
    var late = Unpooled.buffer().writeZero(5);
    assertThat(stuck.cause())
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.reason()).isEqualTo(FailureReason.RESET_BY_PEER));
    assertThat(ended.cause()).isSameAs(stuck.cause());
    assertThat(stream.writeAndFlush(late).isSuccess()).isFalse();
    assertThat(late.refCnt()).isZero();
    assertThat(stream.isOutputShutdown()).isTrue();
    assertThat(stream.isOpen()).isTrue();

    stream.read();
    link.dialler.channel.runPendingTasks();

    assertThat(near.bytes).isEqualTo(5);
    assertThat(near.ended).isTrue();
    assertThat(near.failures).isEmpty();
    assertThat(near.inactive).isTrue();
    assertThat(Wire.streamHeaders(link.dialler.sent())).isEmpty();
    assertThat(link.dialler.session().queues().excess()).isZero();
  }

  @Test
  void aResetTellsTheCodeThatThePeerGaveForIt() {
    link.dialler.open(near);
    link.pump();

    link.dialler.channel.writeInbound(Wire.frame(WINDOW_UPDATE, RST, 1, 0x1002));

    assertThat(reasons(near)).containsExactly(FailureReason.RESET_BY_PEER);
    assertThat(near.failures.get(0)).hasMessageContaining("stream 1, code 0x1002");
  }

  @Test
  void lateFramesForAForgottenStreamAreDroppedInSilence() {
    YamuxStream stream = link.dialler.open(near);
    link.pump();
    stream.reset();
    link.dialler.sent().release();

    link.dialler.channel.writeInbound(Wire.data(0, 1, 1_000));
    link.dialler.channel.writeInbound(Wire.frame(WINDOW_UPDATE, 0, 1, 1_000));
    link.dialler.channel.writeInbound(Wire.data(FIN, 1, 10));
    link.dialler.channel.writeInbound(Wire.frame(WINDOW_UPDATE, RST, 1, 0));
    link.dialler.channel.writeInbound(Wire.data(0, 77, 10));

    assertThat(Wire.headers(link.dialler.sent())).isEmpty();
    assertThat(link.dialler.failures).isEmpty();
    assertThat(link.dialler.channel.isOpen()).isTrue();
  }

  @Test
  void noCreditIsSentAfterThePeersEnd() {
    link.listener.acceptor = stream -> {
      stream.config().setAutoRead(false);
      stream.pipeline().addLast(far);
    };
    YamuxStream stream = link.dialler.open(near);
    stream.write(Unpooled.buffer().writeZero(200_000));
    stream.shutdownOutput();
    link.pump();

    link.listener.accepted.get(0).config().setAutoRead(true);
    assertThat(Wire.headers(link.listener.sent())).isEmpty();
    assertThat(far.bytes).isEqualTo(200_000);
  }

  @Test
  void shutdownInputDropsWhatComesAndKeepsThePeerGoing() {
    YamuxStream stream = link.dialler.open(near);
    link.pump();
    YamuxStream other = link.listener.accepted.get(0);
    assertThat(other.shutdownInput().isSuccess()).isTrue();
    assertThat(other.isInputShutdown()).isTrue();
    ChannelFuture written = stream.writeAndFlush(Unpooled.buffer().writeZero(1_000_000));
    stream.shutdownOutput();
    link.pump();

    assertThat(written.isSuccess()).isTrue();
    assertThat(far.bytes).isZero();
    other.close();
    link.pump();
    assertThat(stream.isOpen()).isFalse();
    assertThat(near.ended).isTrue();
  }

  @Test
  void aClosedConnectionEndsEveryStreamAndEveryWrite() {
    link.listener.acceptor = stream -> stream.config().setAutoRead(false);
    YamuxStream stream = link.dialler.open(near);
    ChannelFuture written = stream.writeAndFlush(Unpooled.buffer().writeZero(1_000_000));
    ChannelFuture ended = stream.shutdownOutput();
    link.pump();
    link.dialler.channel.pipeline().fireChannelInactive();
    link.dialler.channel.runPendingTasks();

    assertThat(written.cause()).isInstanceOf(Libp2pException.class);
    assertThat(ended.isDone() && !ended.isSuccess()).isTrue();
    assertThat(reasons(near)).containsExactly(FailureReason.CLOSED);
    assertThat(near.inactive).isTrue();
    assertThat(link.dialler.muxer.streams()).isZero();
  }

  @Test
  void closingTheConnectionSaysGoodbyeAndStreamsJustEnd() {
    YamuxStream stream = link.dialler.open(near);
    link.pump();
    stream.write(Unpooled.buffer().writeZero(10));
    link.dialler.channel.close();
    link.dialler.channel.runPendingTasks();

    assertThat(Wire.headers(link.dialler.sent())).contains(Wire.header(GO_AWAY, 0, 0, 0));
    assertThat(near.inactive).isTrue();
    assertThat(near.failures).isEmpty();
    var opened = link.dialler.muxer.open(new Collector());
    assertThat(((Libp2pException) opened.cause()).reason()).isEqualTo(FailureReason.CLOSED);
  }

  @Test
  void afterGoAwayOpenStreamsGoOnAndNoNewOnesBegin() {
    YamuxStream stream = link.dialler.open(near);
    link.pump();
    link.listener.muxer.goAway();
    link.pump();

    var opened = link.dialler.muxer.open(new Collector());
    assertThat(((Libp2pException) opened.cause()).reason()).isEqualTo(FailureReason.GO_AWAY);
    var own = link.listener.muxer.open(new Collector());
    assertThat(((Libp2pException) own.cause()).reason()).isEqualTo(FailureReason.GO_AWAY);
    assertThat(opened.cause()).hasMessageContaining("the remote side goes away");
    assertThat(own.cause()).hasMessageContaining("the local side goes away");
    link.listener.channel.writeInbound(Wire.data(SYN, 9, 4));
    assertThat(Wire.headers(link.listener.sent()))
        .containsExactly(Wire.header(WINDOW_UPDATE, RST, 9, 0));
    stream.writeAndFlush(Unpooled.buffer().writeZero(10));
    link.pump();
    assertThat(far.bytes).isEqualTo(10);
  }

  private void assertEndedInOrder(YamuxStream stream, YamuxStream other) {
    assertThat(stream.isOpen() || other.isOpen()).isFalse();
    assertThat(near.inactive && far.inactive).isTrue();
    assertThat(near.failures).isEmpty();
    assertThat(far.failures).isEmpty();
    assertThat(link.dialler.muxer.streams() + link.listener.muxer.streams()).isZero();
  }

  private static List<FailureReason> reasons(Collector collector) {
    return collector.failures.stream().map(e -> ((Libp2pException) e).reason()).toList();
  }
}
