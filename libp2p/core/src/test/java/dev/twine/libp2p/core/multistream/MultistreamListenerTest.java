package dev.twine.libp2p.core.multistream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.EmbeddedStream;
import dev.twine.libp2p.core.Refusals;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MultistreamListenerTest {
  private final Refusals refusals = new Refusals();
  private final Recorded recorded = new Recorded();

  @Test
  void answersAnOptimisticStreamWithHeaderAnswerAndDataInOneFlush() {
    recorded.greeting = "response";
    EmbeddedStream stream = listen("/echo", "/id");

    stream.writeInbound(Wire.join(Wire.lines(Wire.HEADER, "/echo"), "\u0003na\n"));
    stream.endInput();

    assertThat(recorded.events).startsWith("selected /echo", "read \u0003na\n");
    assertThat(recorded.events).contains("ChannelInputShutdownEvent");
    assertThat(Wire.hex(stream.written()))
        .isEqualTo(Wire.hex(Wire.join(Wire.lines(Wire.HEADER, "/echo"), "response")));
    assertThat(stream.pipeline().get(MultistreamListener.class)).isNull();
    stream.finishAndReleaseAll();
  }

  @Test
  void greetsAPeerThatHasOnlyGreetedAndNoneThatIsSilent() {
    EmbeddedStream stream = listen("/echo");
    stream.runPendingTasks();
    assertThat(stream.outboundMessages()).isEmpty();

    stream.writeInbound(Wire.lines(Wire.HEADER));
    assertThat(Wire.hex(stream.written())).isEqualTo(Wire.hex(Wire.lines(Wire.HEADER)));
    stream.writeInbound(Wire.lines("/echo"));

    assertThat(Wire.hex(stream.written())).isEqualTo(Wire.hex(Wire.lines("/echo")));
    stream.finishAndReleaseAll();
  }

  @Test
  void refusesWhatItDoesNotSpeakAndSimultaneousOpenToo() {
    EmbeddedStream stream = listen("/yamux/1.0.0");

    stream.writeInbound(Wire.lines(
        Wire.HEADER, "/libp2p/simultaneous-connect", "/mplex/6.7.0", "", "/yamux/1.0.0"));

    assertThat(Wire.hex(stream.written()))
        .isEqualTo(Wire.hex(Wire.lines(Wire.HEADER, "na", "na", "na", "/yamux/1.0.0")));
    assertThat(recorded.events).containsExactly("selected /yamux/1.0.0");
    stream.finishAndReleaseAll();
  }

  @Test
  void listsItsProtocols() {
    EmbeddedStream stream = listen("/a", "/b");

    stream.writeInbound(Wire.lines(Wire.HEADER, "ls", "/b"));

    assertThat(Wire.hex(stream.written()))
        .isEqualTo(Wire.hex(Wire.lines(Wire.HEADER, "\u0003/a\n\u0003/b\n", "/b")));
    stream.finishAndReleaseAll();
  }

  @Test
  void takesSixteenProposalsButNotSeventeen() {
    String[] lines = new String[18];
    Arrays.fill(lines, "/x");
    lines[0] = Wire.HEADER;
    EmbeddedStream patient = listen("/echo");
    lines[16] = "/echo";
    patient.writeInbound(Wire.lines(Arrays.copyOf(lines, 17)));
    assertThat(recorded.events).containsExactly("selected /echo");

    EmbeddedStream flooded = listen("/echo");
    lines[16] = "/x";
    flooded.writeInbound(Wire.lines(lines));

    assertThat(recorded.events).endsWith("failed PROTOCOL_ERROR");
    assertThat(recorded.failure).hasMessageContaining("local: /echo").hasMessageContaining("/x /x");
    assertThat(refusals.of(Negotiation.PROPOSALS)).isEqualTo(1);
    assertThat(flooded.wasReset()).isTrue();
    patient.finishAndReleaseAll();
    flooded.finishAndReleaseAll();
  }

  @Test
  void aLineOf1025BytesEndsTheConnectionBeforeItIsThere() {
    EmbeddedChannel connection = new EmbeddedChannel(
        new MultistreamListener(Wire.negotiation(refusals, "/noise"), recorded));

    connection.writeInbound(Wire.lines(Wire.HEADER), Unpooled.wrappedBuffer(new byte[] {-127, 8}));

    assertThat(recorded.events).containsExactly("failed PROTOCOL_ERROR");
    assertThat(refusals.of(Negotiation.LINE)).isEqualTo(1);
    assertThat(connection.isOpen()).isFalse();
    connection.finishAndReleaseAll();
  }

  @Test
  void oneBytePerSecondEndsAtTheDeadline() {
    EmbeddedStream stream = listen("/noise");
    stream.freezeTime();
    stream.runPendingTasks();
    byte[] slow = ByteBufUtil.getBytes(Wire.lines(Wire.HEADER));
    int sent = 0;
    while (stream.isOpen() && sent < slow.length) {
      stream.writeInbound(Unpooled.wrappedBuffer(slow, sent++, 1));
      stream.advanceTimeBy(1, TimeUnit.SECONDS);
      stream.runScheduledPendingTasks();
    }

    assertThat(sent).isEqualTo(10);
    assertThat(recorded.events).containsExactly("failed TIMEOUT");
    assertThat(refusals.of(Negotiation.DEADLINE)).isEqualTo(1);
    stream.finishAndReleaseAll();
  }

  @Test
  void aPeerThatGivesUpAfterRefusalsHadNothingInCommon() {
    EmbeddedStream stream = listen("/yamux/1.0.0");
    stream.writeInbound(Wire.lines(Wire.HEADER, "/mplex/6.7.0", "/odd\u0007"));
    stream.endInput();

    assertThat(recorded.events).containsExactly("failed PROTOCOL_NOT_SUPPORTED");
    assertThat(recorded.failure)
        .hasMessageContaining("local: /yamux/1.0.0")
        .hasMessageContaining("remote: /mplex/6.7.0 /odd\\u0007");
    stream.finishAndReleaseAll();
  }

  @Test
  void anAnswerThatCannotBeWrittenDoesNotKeepTheDataBack() {
    EmbeddedStream stream = new EmbeddedStream(
        new ChannelOutboundHandlerAdapter() {
          @Override
          public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
            promise.setFailure(new ClosedChannelException());
          }
        },
        new MultistreamListener(Wire.negotiation(refusals, "/push"), recorded));

    stream.writeInbound(Wire.join(Wire.lines(Wire.HEADER, "/push"), "update"));

    assertThat(recorded.events).containsExactly("selected /push", "read update");
    stream.finishAndReleaseAll();
  }

  @Test
  void everyPrefixAndMutationEndsInAtMostOneOutcome() {
    byte[] seed =
        ByteBufUtil.getBytes(Wire.join(Wire.lines(Wire.HEADER, "/a", "ls", "/echo"), "payload"));
    for (int length = 0; length < seed.length; length++) {
      fuzz(Arrays.copyOf(seed, length), 1 + length / 2);
    }
    var random = new Random(20_261_121);
    int selected = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = seed.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      selected += fuzz(bytes, 1 + random.nextInt(bytes.length)) ? 1 : 0;
    }
    assertThat(selected).isBetween(300, 2_700);
  }

  /** Feeds both sides; whether the listener selected. */
  static boolean fuzz(byte[] bytes, int chunk) {
    var listening = new Recorded();
    var dialling = new Recorded();
    var refusals = new Refusals();
    feed(
        new EmbeddedStream(new MultistreamListener(Wire.negotiation(refusals, "/echo"), listening)),
        bytes,
        chunk);
    feed(
        new EmbeddedStream(
            MultistreamDialler.inOrder(Wire.negotiation(refusals, "/echo", "/a"), dialling)),
        bytes,
        chunk);
    checkOutcome(listening);
    checkOutcome(dialling);
    return listening.events.contains("selected /echo");
  }

  private static void feed(EmbeddedStream stream, byte[] bytes, int chunk) {
    for (int from = 0; from < bytes.length; from += chunk) {
      int length = Math.min(chunk, bytes.length - from);
      ByteBuf part = Unpooled.copiedBuffer(bytes, from, length);
      if (stream.isOpen()) {
        stream.writeInbound(part);
      } else {
        part.release();
      }
    }
    stream.finishAndReleaseAll();
  }

  private static void checkOutcome(Recorded recorded) {
    long outcomes = recorded.events.stream()
        .filter(event -> event.startsWith("selected") || event.startsWith("failed"))
        .count();
    if (outcomes != 1) {
      throw new AssertionError("one outcome, not " + recorded.events);
    }
  }

  private EmbeddedStream listen(String... protocols) {
    return new EmbeddedStream(
        new MultistreamListener(Wire.negotiation(refusals, protocols), recorded));
  }
}
