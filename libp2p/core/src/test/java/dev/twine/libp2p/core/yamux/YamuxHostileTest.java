package dev.twine.libp2p.core.yamux;

import static dev.twine.libp2p.core.yamux.FrameHeader.ACK;
import static dev.twine.libp2p.core.yamux.FrameHeader.FIN;
import static dev.twine.libp2p.core.yamux.FrameHeader.RST;
import static dev.twine.libp2p.core.yamux.FrameHeader.SYN;
import static dev.twine.libp2p.core.yamux.FrameType.DATA;
import static dev.twine.libp2p.core.yamux.FrameType.GO_AWAY;
import static dev.twine.libp2p.core.yamux.FrameType.PING;
import static dev.twine.libp2p.core.yamux.FrameType.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One end of ours against bytes made by hand: every attack ends its own connection at most. */
class YamuxHostileTest {
  private static final int WINDOW = 256 << 10;

  @AutoClose
  private final Link link = new Link();

  private final Link.End victim = link.listener;
  private final Collector collector = new Collector();

  YamuxHostileTest() {
    victim.acceptor = stream -> stream.pipeline().addLast(new Collector());
    victim.sent().release();
  }

  @ParameterizedTest
  @CsvSource({
    "010000000000000100000000, yamux.header",
    "000400000000000100000000, yamux.header",
    "000000100000000100000000, yamux.header",
    "000180000000000100000000, yamux.header",
    "000000000000000000000005, yamux.header",
    "000100010000000000000000, yamux.header",
    "000200010000000100000000, yamux.header",
    "000300000000000200000000, yamux.header",
    "000200000000000000000000, yamux.header",
    "000200030000000000000000, yamux.header",
    "000300010000000000000000, yamux.header",
    "000000030000000100000000, yamux.header",
    // The listener's own numbers, and one that is open.
    "000100010000000200000000, yamux.streamId",
    "000000010000000400000001, yamux.streamId",
    "000100010000000100000000, yamux.streamId",
    // Above the frame limit, the window, or both.
    "0000000000000001ffffffff, yamux.window",
    "000000000000000100100001, yamux.window",
    "000000000000000100040001, yamux.window",
    "000000010000000500040001, yamux.window",
    "0000000000000063ffffffff, yamux.window",
    "0001000000000001ffffffff, yamux.credit",
  })
  void aBadHeaderEndsTheConnectionAndIsCounted(String hex, String counter) {
    victim.acceptor = stream -> stream.pipeline().addLast(new Collector());
    victim.channel.writeInbound(Wire.data(SYN, 1, 1));
    victim.channel.writeInbound(Wire.data(SYN | FIN, 3, 1));
    victim.sent().release();

    victim.channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));

    assertRefused(counter, FailureReason.PROTOCOL_ERROR);
  }

  @Test
  void creditThatOverflowsInTwoStepsEndsTheConnection() {
    victim.channel.writeInbound(Wire.data(SYN, 1, 1));
    victim.channel.writeInbound(Wire.frame(WINDOW_UPDATE, 0, 1, Integer.MAX_VALUE - WINDOW));
    assertThat(victim.channel.isOpen()).isTrue();
    victim.sent().release();

    victim.channel.writeInbound(Wire.frame(WINDOW_UPDATE, 0, 1, 1));

    assertRefused("yamux.credit", FailureReason.PROTOCOL_ERROR);
  }

  @Test
  void aStreamOpenedWithMoreThanTheWindowIsNeverMade() {
    victim.channel.writeInbound(Wire.frame(DATA, SYN, 1, WINDOW + 1));

    assertThat(victim.accepted).isEmpty();
    assertRefused("yamux.window", FailureReason.PROTOCOL_ERROR);
  }

  @Test
  void aStreamMayOpenWithTheWholeWindow() {
    victim.acceptor = stream -> stream.pipeline().addLast(collector);

    victim.channel.writeInbound(Wire.data(SYN, 1, WINDOW));

    assertThat(collector.bytes).isEqualTo(WINDOW);
  }

  @Test
  void aFloodOfStreamsStopsAtTheLimitAndTheRestIsReset() {
    for (int i = 0; i < 10_000; i++) {
      victim.channel.writeInbound(Wire.frame(WINDOW_UPDATE, SYN, 2 * i + 1, 0));
      victim.channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    }

    assertThat(victim.muxer.streams()).isEqualTo(256);
    assertThat(victim.channel.isOpen()).isTrue();
    assertThat(Wire.streamHeaders(victim.sent()))
        .filteredOn(header -> header.has(RST))
        .hasSize(10_000 - 256);
    assertThat(victim.refused("streams.inbound")).isEqualTo(10_000 - 256);
  }

  @Test
  void openingAndResettingOnAndOnEndsTheConnection() {
    int pairs = 0;
    while (pairs < 50_000 && victim.channel.isOpen()) {
      int id = 2 * pairs + 1;
      victim.channel.writeInbound(Wire.frame(WINDOW_UPDATE, SYN, id, 0));
      if (victim.channel.isOpen()) {
        victim.channel.writeInbound(Wire.frame(WINDOW_UPDATE, RST, id, 0));
      }
      pairs++;
    }

    assertThat(pairs).isEqualTo(201);
    assertRefused("streams.resets", FailureReason.LIMIT);
  }

  @Test
  void openingOnAndOnAfterRefusalsEndsTheConnection() {
    int opens = 0;
    while (opens < 50_000 && victim.channel.isOpen()) {
      victim.channel.writeInbound(Wire.frame(WINDOW_UPDATE, SYN | RST, 2 * opens + 1, 0));
      opens++;
    }

    assertThat(opens).isEqualTo(10_001);
    assertRefused("streams.resets", FailureReason.LIMIT);
  }

  @Test
  void aHugeFrameIsRefusedByItsHeaderWithoutRoomForIt() {
    victim.channel.writeInbound(Wire.data(SYN, 1, 1));
    victim.sent().release();

    victim.channel.writeInbound(Wire.frame(DATA, 0, 1, 0xffffffffL));

    assertRefused("yamux.window", FailureReason.PROTOCOL_ERROR);
  }

  @Test
  void everyPingIsAnsweredOnceWithItsValue() {
    for (int i = 0; i < 20; i++) {
      victim.channel.writeInbound(Wire.frame(PING, SYN, 0, 0xfffffff0L + i % 16));
      assertThat(Wire.headers(victim.sent()))
          .containsExactly(Wire.header(PING, ACK, 0, 0xfffffff0L + i % 16));
    }
    victim.channel.advanceTimeBy(1, TimeUnit.SECONDS);
    victim.channel.writeInbound(Wire.frame(PING, SYN, 0, 1));
    assertThat(Wire.headers(victim.sent())).containsExactly(Wire.header(PING, ACK, 0, 1));
  }

  @Test
  void aFloodOfPingsEndsTheConnection() {
    int pings = 0;
    while (pings < 1_000 && victim.channel.isOpen()) {
      victim.channel.writeInbound(Wire.frame(PING, SYN, 0, pings++));
    }

    assertThat(pings).isEqualTo(21);
    assertRefused("yamux.pings", FailureReason.LIMIT);
  }

  @Test
  void answersThatNobodyAskedForAreIgnored() {
    for (int i = 0; i < 1_000; i++) {
      victim.channel.writeInbound(Wire.frame(PING, ACK, 0, 0x55));
    }

    assertThat(victim.channel.isOpen()).isTrue();
    assertThat(victim.muxer.rttNanos()).isZero();
    assertThat(Wire.headers(victim.sent())).isEmpty();
  }

  @Test
  void aPeerThatProvokesControlFramesAndReadsNoneIsCut() {
    victim.writable(false);
    int frames = 0;
    while (frames < 20_000 && victim.channel.isOpen()) {
      victim.channel.writeInbound(Wire.frame(WINDOW_UPDATE, SYN, 2 * frames + 1, 0));
      frames++;
    }

    assertThat(frames).isEqualTo((64 << 10) / FrameHeader.SIZE + 1);
    assertRefused("yamux.control", FailureReason.LIMIT);
  }

  @Test
  void controlFramesDoNotWaitForTheConnection() {
    victim.channel.writeInbound(Wire.data(SYN, 1, 1));
    victim.sent().release();
    victim.writable(false);

    victim.channel.writeInbound(Wire.frame(PING, SYN, 0, 9));
    victim.channel.writeInbound(Wire.data(0, 1, WINDOW - 1));
    victim.accepted.get(0).writeAndFlush(Unpooled.buffer().writeZero(100));

    List<FrameHeader> sent = Wire.headers(victim.sent());
    assertThat(sent).first().isEqualTo(Wire.header(PING, ACK, 0, 9));
    assertThat(sent).hasSize(2).last().matches(header -> header.type() == WINDOW_UPDATE);
    victim.accepted.get(0).reset();
    assertThat(Wire.headers(victim.sent())).containsExactly(Wire.header(WINDOW_UPDATE, RST, 1, 0));
  }

  @Test
  void acceptorsThatReadNothingHoldOneWindow() {
    victim.acceptor = stream -> {
      stream.pipeline().addLast(collector);
      stream.config().setAutoRead(false);
    };
    victim.channel.writeInbound(Wire.data(SYN, 1, 1));
    ByteBuf single = Wire.data(0, 1, 1);
    for (int i = 1; i < WINDOW; i++) {
      victim.channel.writeInbound(single.retainedDuplicate());
    }
    single.release();
    assertThat(victim.channel.isOpen()).isTrue();
    victim.sent().release();

    victim.channel.writeInbound(Wire.data(0, 1, 1));
    assertRefused("yamux.window", FailureReason.PROTOCOL_ERROR);
  }

  @Test
  void thePeersFailureEndsTheConnectionWithItsReason() {
    victim.channel.writeInbound(Wire.frame(GO_AWAY, 0, 0, 1));

    assertThat(victim.channel.isOpen()).isFalse();
    assertThat(reason()).isEqualTo(FailureReason.GO_AWAY);
  }

  @Test
  void aCodeThatOnlyThePeerKnowsIsTold() {
    victim.channel.writeInbound(Wire.frame(GO_AWAY, 0, 0, 0x1005));

    assertThat(victim.channel.isOpen()).isFalse();
    assertThat(reason()).isEqualTo(FailureReason.GO_AWAY);
    assertThat(victim.failures.get(0)).hasMessageContaining("code 0x1005");
  }

  @Test
  void dataAfterTheEndOfAStreamEndsThatStreamAndNoOther() {
    victim.acceptor = stream -> stream.pipeline().addLast(collector);
    victim.channel.writeInbound(Wire.data(SYN | FIN, 3, 1));
    victim.acceptor = stream -> stream.pipeline().addLast(new Collector());
    victim.channel.writeInbound(Wire.data(SYN, 5, 1));
    victim.sent().release();

    victim.channel.writeInbound(Wire.data(FIN, 3, 400_000));
    victim.channel.writeInbound(Wire.data(0, 5, 10));

    assertThat(Wire.headers(victim.sent())).containsExactly(Wire.header(WINDOW_UPDATE, RST, 3, 0));
    assertThat(collector.bytes).isOne();
    assertThat(collector.failures).hasSize(1);
    assertThat(victim.refused("streams.afterEnd")).isOne();
    assertThat(victim.muxer.streams()).isOne();
    assertThat(victim.failures).isEmpty();
  }

  @Test
  void anEndThatIsToldTwiceIsHeardOnce() {
    victim.acceptor = stream -> stream.pipeline().addLast(collector);
    victim.channel.writeInbound(Wire.data(SYN | FIN, 3, 1));
    victim.channel.writeInbound(Wire.frame(WINDOW_UPDATE, FIN, 3, 0));

    assertThat(collector.ended).isTrue();
    assertThat(collector.failures).isEmpty();
    assertThat(victim.muxer.streams()).isOne();
    assertThat(victim.failures).isEmpty();
  }

  @Test
  void nothingIsReadAfterARefusal() {
    ByteBuf bytes = Wire.frame(DATA, SYN, 2, 0);
    bytes.writeBytes(Wire.data(SYN, 1, 5));

    victim.channel.writeInbound(bytes);

    assertThat(victim.accepted).isEmpty();
    assertThat(victim.failures).hasSize(1);
  }

  private void assertRefused(String counter, FailureReason reason) {
    assertThat(victim.refused(counter)).isOne();
    assertThat(reason()).isEqualTo(reason);
    assertThat(victim.channel.isOpen()).isFalse();
    assertThat(victim.muxer.streams()).isZero();
    List<FrameHeader> sent = Wire.headers(victim.sent());
    assertThat(sent.get(sent.size() - 1)).isEqualTo(Wire.header(GO_AWAY, 0, 0, 1));
    assertThat(victim.session().windows().granted()).isZero();
  }

  private FailureReason reason() {
    assertThat(victim.failures).hasSize(1);
    return ((Libp2pException) victim.failures.get(0)).reason();
  }
}
