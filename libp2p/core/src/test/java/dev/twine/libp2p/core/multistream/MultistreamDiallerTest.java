package dev.twine.libp2p.core.multistream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.libp2p.core.EmbeddedStream;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Refusals;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MultistreamDiallerTest {
  private final Refusals refusals = new Refusals();
  private final Recorded recorded = new Recorded();

  @Test
  void proposesWithTheHeaderAndTakesTheAnswerAndWhatFollowsInOneTurn() {
    EmbeddedStream stream = inOrder("/noise");
    assertThat(Wire.hex(stream.written())).isEqualTo(Wire.hex(Wire.lines(Wire.HEADER, "/noise")));

    stream.writeInbound(Wire.join(Wire.lines(Wire.HEADER, "/noise"), "\u0000 hello"));

    assertThat(recorded.events).containsExactly("selected /noise", "read \u0000 hello");
    assertThat(stream.pipeline().get(MultistreamDialler.class)).isNull();
    stream.finishAndReleaseAll();
  }

  @Test
  void proposesTheNextAfterARefusal() {
    EmbeddedStream stream = inOrder("/tls/1.0.0", "/noise");
    stream.written().release();

    stream.writeInbound(Wire.lines(Wire.HEADER, "na"));
    assertThat(Wire.hex(stream.written())).isEqualTo(Wire.hex(Wire.lines("/noise")));
    stream.writeInbound(Wire.lines("/noise"));

    assertThat(recorded.events).containsExactly("selected /noise");
    stream.finishAndReleaseAll();
  }

  @Test
  void whatIsWrittenOnSelectionLeavesInTheSameTurn() {
    recorded.greeting = "first";
    EmbeddedStream stream = inOrder("/noise");
    stream.written().release();

    stream.writeInbound(Wire.lines(Wire.HEADER, "/noise"));

    assertThat(Wire.hex(stream.written())).isEqualTo(Wire.hex(Wire.bytes("first")));
    stream.finishAndReleaseAll();
  }

  @Test
  void asksForTheListBeforeItFailsAndNamesBoth() {
    EmbeddedStream stream = inOrder("/a", "/b");
    stream.written().release();

    stream.writeInbound(Wire.lines(Wire.HEADER, "na", "na"));
    assertThat(Wire.hex(stream.written())).isEqualTo(Wire.hex(Wire.lines("/b", "ls")));
    stream.writeInbound(Wire.lines("\u0003/c\n\u0005/d\u0007e\n"));

    assertThat(recorded.events).containsExactly("failed PROTOCOL_NOT_SUPPORTED");
    assertThat(recorded.failure)
        .hasMessageContaining("local: /a /b")
        .hasMessageContaining("remote: /c /d\\u0007e");
    assertThat(stream.wasReset()).isTrue();
    stream.finishAndReleaseAll();
  }

  @Test
  void aListLongerThanALineIsStillARefusal() {
    EmbeddedStream stream = inOrder("/a", "/b");
    stream.written().release();

    stream.writeInbound(Wire.lines(Wire.HEADER, "na", "na", "\u0003/c\n".repeat(300)));

    assertThat(recorded.events).containsExactly("failed PROTOCOL_NOT_SUPPORTED");
    assertThat(recorded.failure).hasMessageContaining("local: /a /b");
    assertThat(refusals.of(Negotiation.LINE)).isZero();
    stream.finishAndReleaseAll();
  }

  @Test
  void aPeerThatDoesNotListOrEndsHasRefusedAllTheSame() {
    EmbeddedStream silent = inOrder("/a");
    silent.writeInbound(Wire.lines(Wire.HEADER, "na", "na"));
    EmbeddedStream ended = inOrder("/a");
    ended.writeInbound(Wire.lines(Wire.HEADER, "na"));
    ended.endInput();

    assertThat(recorded.events)
        .containsExactly("failed PROTOCOL_NOT_SUPPORTED", "failed PROTOCOL_NOT_SUPPORTED");
    assertThat(recorded.failure).hasMessageContaining("remote: not told");
    silent.finishAndReleaseAll();
    ended.finishAndReleaseAll();
  }

  @Test
  void optimisticDataLeavesWithTheProposalInOneFlush() {
    List<String> events = new ArrayList<>();
    EmbeddedStream stream = new EmbeddedStream(
        new ChannelOutboundHandlerAdapter() {
          @Override
          public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            events.add("write");
            ctx.write(message, promise);
          }

          @Override
          public void flush(ChannelHandlerContext ctx) {
            events.add("flush");
            ctx.flush();
          }
        },
        MultistreamDialler.optimistic(Wire.negotiation(refusals, "/echo"), recorded),
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelActive(ChannelHandlerContext ctx) {
            ctx.write(Wire.bytes("data"));
            ((EmbeddedStream) ctx.channel()).shutdownOutput();
          }
        },
        recorded.application());

    assertThat(events).startsWith("write", "write", "flush");
    assertThat(Wire.hex(stream.written()))
        .isEqualTo(Wire.hex(Wire.join(Wire.lines(Wire.HEADER, "/echo"), "data")));
    stream.writeInbound(Wire.join(Wire.lines(Wire.HEADER, "/echo"), "back"));
    stream.endInput();
    assertThat(recorded.events)
        .startsWith("ChannelOutputShutdownEvent", "selected /echo", "read back");
    stream.finishAndReleaseAll();
  }

  @Test
  void anOptimisticProposalLeavesAtTheEndOfTheTurnWithoutData() {
    EmbeddedStream stream = optimistic("/id");
    stream.runPendingTasks();

    assertThat(Wire.hex(stream.written())).isEqualTo(Wire.hex(Wire.lines(Wire.HEADER, "/id")));
    stream.finishAndReleaseAll();
  }

  @Test
  void anOptimisticRefusalReachesTheHandlersBehindAndResets() {
    EmbeddedStream stream = optimistic("/echo");

    stream.writeInbound(Wire.lines(Wire.HEADER, "na"));

    assertThat(recorded.events)
        .containsExactly(
            "failed PROTOCOL_NOT_SUPPORTED", "caught PROTOCOL_NOT_SUPPORTED", "inactive");
    assertThat(stream.wasReset()).isTrue();
    stream.finishAndReleaseAll();
  }

  @Test
  void anAnswerCutAnywhereIsTakenOutOfTheData() {
    byte[] answer = ByteBufUtil.getBytes(Wire.join(Wire.lines(Wire.HEADER, "/echo"), "0123456789"));
    for (int cut = 1; cut < answer.length; cut++) {
      recorded.events.clear();
      EmbeddedStream stream = optimistic("/echo");
      stream.writeInbound(Unpooled.copiedBuffer(answer, 0, cut));
      stream.writeInbound(Unpooled.copiedBuffer(answer, cut, answer.length - cut));
      String read = String.join("", recorded.events).replace("read ", "");
      assertThat(read).isEqualTo("selected /echo0123456789").as("cut at %s", cut);
      stream.finishAndReleaseAll();
    }
  }

  @Test
  void aCloseBeforeTheAnswerEndsTheOutputAndWaitsForTheAnswer() {
    EmbeddedStream stream = optimistic("/push");
    stream.pipeline().write(Wire.bytes("update"));

    ChannelFuture closed = stream.pipeline().close();
    assertThat(stream.isOutputShutdown()).isTrue();
    assertThat(stream.isOpen()).isTrue();
    assertThat(Wire.hex(stream.written()))
        .isEqualTo(Wire.hex(Wire.join(Wire.lines(Wire.HEADER, "/push"), "update")));
    ChannelFuture again = stream.pipeline().close();
    stream.writeInbound(Wire.join(Wire.lines(Wire.HEADER, "/push"), "unwanted"));

    assertThat(closed.isSuccess()).isTrue();
    assertThat(again.isSuccess()).isTrue();
    assertThat(stream.isOpen()).isFalse();
    assertThat(stream.wasReset()).isFalse();
    assertThat(recorded.events)
        .contains("selected /push", "inactive")
        .doesNotContain("read unwanted");
    stream.finishAndReleaseAll();
  }

  @Test
  void theAnswerIsReadWhileAutoReadIsOff() {
    EmbeddedStream stream = new EmbeddedStream();
    stream.config().setAutoRead(false);
    stream
        .pipeline()
        .addLast(MultistreamDialler.optimistic(Wire.negotiation(refusals, "/echo"), recorded));
    stream.pipeline().addLast(recorded.application());

    stream.writeInbound(Wire.lines(Wire.HEADER));
    stream.writeInbound(Wire.lines("/echo"));

    assertThat(recorded.events).containsExactly("selected /echo");
    stream.finishAndReleaseAll();
  }

  @Test
  void aResetOrAnEndBeforeTheAnswerIsNamed() {
    EmbeddedStream reset = optimistic("/echo");
    reset.resetByPeer();
    assertThat(recorded.events)
        .containsExactly("failed RESET_BY_PEER", "caught RESET_BY_PEER", "inactive");
    assertThat(recorded.failure).hasMessageContaining("local: /echo");
    recorded.events.clear();

    EmbeddedStream ended = optimistic("/echo");
    ended.endInput();
    assertThat(recorded.events).startsWith("failed CLOSED", "caught CLOSED");

    EmbeddedChannel connection = new EmbeddedChannel(
        MultistreamDialler.inOrder(Wire.negotiation(refusals, "/noise"), recorded));
    connection.close();
    assertThat(recorded.failure).hasMessageContaining("local: /noise");
    reset.finishAndReleaseAll();
    ended.finishAndReleaseAll();
    connection.finishAndReleaseAll();
  }

  @Test
  void aPeerThatNeverAnswersIsResetAtTheDeadlineAndCounted() {
    EmbeddedStream stream = inOrder("/echo");
    stream.freezeTime();
    // The second that is left is more than the deadline has run before the clock stood still.
    stream.advanceTimeBy(9, TimeUnit.SECONDS);
    stream.runScheduledPendingTasks();
    assertThat(stream.isOpen()).isTrue();
    stream.advanceTimeBy(1_001, TimeUnit.MILLISECONDS);
    stream.runScheduledPendingTasks();

    assertThat(recorded.events).containsExactly("failed TIMEOUT");
    assertThat(refusals.of(Negotiation.DEADLINE)).isEqualTo(1);
    assertThat(stream.wasReset()).isTrue();
    stream.finishAndReleaseAll();
  }

  @Test
  void aPeerThatSpeaksSomethingElseIsRefusedAndQuotedHarmlessly() {
    EmbeddedStream stream = inOrder("/noise");

    stream.writeInbound(Wire.lines("HTTP/1.1 400 \u001b[2J"));

    assertThat(recorded.failure).hasMessageContaining("HTTP/1.1 400 \\u001b[2J");
    assertThat(recorded.events).containsExactly("failed PROTOCOL_ERROR");
    assertThat(refusals.of(Negotiation.LINE)).isEqualTo(1);
    stream.finishAndReleaseAll();
  }

  @Test
  void aProtocolThatFailsToStartResetsTheStream() {
    var broken = new NegotiationOutcome() {
      @Override
      public void selected(ChannelHandlerContext ctx, String protocol) {
        throw new IllegalStateException("no handler");
      }

      @Override
      public void failed(ChannelHandlerContext ctx, Libp2pException reason) {
        recorded.failed(ctx, reason);
      }
    };
    EmbeddedStream stream =
        new EmbeddedStream(MultistreamDialler.inOrder(Wire.negotiation(refusals, "/a"), broken));

    stream.writeInbound(Wire.join(Wire.lines(Wire.HEADER, "/a"), "data"));

    assertThat(recorded.events).containsExactly("failed RESET_LOCALLY");
    assertThat(stream.wasReset()).isTrue();
    stream.finishAndReleaseAll();
  }

  @Test
  void proposesOneToSixteenProtocolsAndOneOptimistically() {
    Negotiation two = Wire.negotiation(refusals, "/a", "/b");
    assertThatThrownBy(() -> MultistreamDialler.optimistic(two, recorded))
        .isInstanceOf(IllegalArgumentException.class);
    String[] many = new String[17];
    Arrays.fill(many, "/x");
    assertThatThrownBy(() -> inOrder(many)).hasMessageContaining("number of proposals: 17");
    assertThatThrownBy(() -> Wire.negotiation(refusals, "/a\n"))
        .hasMessageContaining("without a newline");
  }

  private EmbeddedStream inOrder(String... protocols) {
    return new EmbeddedStream(
        MultistreamDialler.inOrder(Wire.negotiation(refusals, protocols), recorded));
  }

  private EmbeddedStream optimistic(String protocol) {
    return new EmbeddedStream(
        MultistreamDialler.optimistic(Wire.negotiation(refusals, protocol), recorded),
        recorded.application());
  }
}
