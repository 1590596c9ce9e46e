package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.CloseReason;
import dev.twine.gossip.MessageDeadline;
import dev.twine.gossip.TagTable;
import dev.twine.gossip.TooLargeException;
import dev.twine.network.TagSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private final List<Throwable> failures = new ArrayList<>();

  private EmbeddedChannel reader(boolean server) {
    return new EmbeddedChannel(
        new FrameReader(server, TagTable.standard()::maxMessageBytes),
        new ChannelInboundHandlerAdapter() {
          @Override
          public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failures.add(cause);
          }
        });
  }

  private static byte[] read(EmbeddedChannel channel) {
    ByteBuf message = channel.readInbound();
    assertThat(message).as("a message").isNotNull();
    byte[] bytes = ByteBufUtil.getBytes(message);
    message.release();
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 9, 10, 11, 124, 125, 126, 127, 128, 65_535, 65_536, 65_537, 6_291_458})
  void readsMessagesOfEveryLengthFormMaskedAndUnmasked(int length) {
    for (boolean server : new boolean[] {true, false}) {
      byte[] message = Frames.message("VB", length);
      EmbeddedChannel channel = reader(server);

      channel.writeInbound(Frames.binary(message, server));

      assertThat(Arrays.equals(read(channel), message)).isTrue();
      assertThat(failures).isEmpty();
      assertThat(channel.finishAndReleaseAll()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsTheSameWhereverTheBytesAreSplit(boolean server) {
    byte[] message = Frames.message("TX", 200);
    ByteBuf wire = Unpooled.buffer();
    Frames.append(wire, Frames.binary(message, server));
    Frames.append(wire, Frames.frame(true, FrameHeader.PING, new byte[] {1, 2, 3}, server));
    Frames.append(wire, Frames.frame(false, FrameHeader.BINARY, new byte[] {'T'}, server));
    Frames.append(wire, Frames.frame(true, FrameHeader.PONG, new byte[8], server));
    Frames.append(wire, Frames.frame(true, FrameHeader.CONTINUATION, new byte[] {'X', 7}, server));

    for (int split = 0; split <= wire.readableBytes(); split++) {
      EmbeddedChannel channel = reader(server);
      channel.writeInbound(wire.copy(0, split));
      channel.writeInbound(wire.copy(split, wire.readableBytes() - split));

      assertThat(read(channel)).isEqualTo(message);
      assertThat(channel.<ControlFrame>readInbound()).isInstanceOf(ControlFrame.Ping.class);
      assertThat(channel.<ControlFrame>readInbound()).isInstanceOf(ControlFrame.Pong.class);
      assertThat(read(channel)).isEqualTo(new byte[] {'T', 'X', 7});
      assertThat(failures).isEmpty();
      assertThat(channel.finishAndReleaseAll()).isFalse();
    }
    wire.release();
  }

  @Test
  void readsOneByteAtATime() {
    byte[] message = Frames.message("TX", 300);
    ByteBuf wire = Frames.binary(message, true);
    EmbeddedChannel channel = reader(true);
    while (wire.isReadable()) {
      channel.writeInbound(wire.readBytes(1));
    }
    wire.release();

    assertThat(read(channel)).isEqualTo(message);
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1023})
  void joinsFragmentsWhateverTheirSize(int pieces) {
    byte[] message = Frames.message("TX", 3_000);
    EmbeddedChannel channel = reader(true);
    int size = (message.length + pieces - 1) / pieces;
    for (int from = 0, i = 0; i < pieces; i++) {
      int to = Math.min(message.length, from + size);
      byte[] part = Arrays.copyOfRange(message, from, to);
      int opcode = i == 0 ? FrameHeader.BINARY : FrameHeader.CONTINUATION;
      channel.writeInbound(Frames.frame(i == pieces - 1, opcode, part, true));
      from = to;
    }

    assertThat(read(channel)).isEqualTo(message);
    assertThat(failures).isEmpty();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void takes1024FragmentsAndNotOneMore() {
    EmbeddedChannel channel = reader(true);
    channel.writeInbound(Frames.frame(false, FrameHeader.BINARY, new byte[] {'T', 'X'}, true));
    for (int i = 1; i < FrameReader.MAX_FRAGMENTS - 1; i++) {
      channel.writeInbound(Frames.frame(false, FrameHeader.CONTINUATION, new byte[0], true));
    }
    assertThat(failures).isEmpty();
    channel.writeInbound(Frames.frame(false, FrameHeader.CONTINUATION, new byte[0], true));
    assertThat(failures).isEmpty();

    channel.writeInbound(Frames.frame(false, FrameHeader.CONTINUATION, new byte[0], true));

    assertFailure(CloseCode.POLICY, "fragments");
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void givesUpAMessageThatIsNotCompleteAfterThirtySeconds() {
    EmbeddedChannel channel = reader(true);
    channel.freezeTime();
    channel.writeInbound(Frames.frame(false, FrameHeader.BINARY, new byte[] {'T', 'X'}, true));
    channel.advanceTimeBy(MessageDeadline.SECONDS - 1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(failures).isEmpty();

    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();

    assertFailure(CloseCode.POLICY, "30 s");
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void givesUpAFrameThatDribbles() {
    EmbeddedChannel channel = reader(true);
    channel.freezeTime();
    ByteBuf whole = Frames.binary(Frames.message("TX", 100_000), true);
    channel.writeInbound(whole.readRetainedSlice(50_000));
    for (int i = 0; i < MessageDeadline.SECONDS; i++) {
      assertThat(failures).isEmpty();
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
      channel.writeInbound(whole.readRetainedSlice(1));
    }

    assertFailure(CloseCode.POLICY, "30 s");
    assertThat(((WsException) failures.get(0)).closeReason().kind())
        .isEqualTo(CloseReason.Kind.SLOW);
    whole.release();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void doesNotBlameThePeerWhileItDoesNotReadItself() {
    EmbeddedChannel channel = reader(true);
    channel.freezeTime();
    ByteBuf whole = Frames.binary(Frames.message("TX", 1_000), true);
    channel.writeInbound(whole.readRetainedSlice(500));
    channel.config().setAutoRead(false);
    channel.advanceTimeBy(MessageDeadline.SECONDS, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.config().setAutoRead(true);
    channel.writeInbound(whole);

    assertThat(read(channel)).hasSize(1_000);
    assertThat(failures).isEmpty();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void forgetsItsTimerWithTheMessage() {
    EmbeddedChannel channel = reader(true);
    channel.freezeTime();
    ByteBuf whole = Frames.binary(Frames.message("TX", 1_000), true);
    channel.writeInbound(whole.readRetainedSlice(500));
    channel.writeInbound(whole);
    read(channel);

    channel.advanceTimeBy(MessageDeadline.SECONDS, TimeUnit.SECONDS);

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    assertThat(failures).isEmpty();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void refusesAFrameAboveItsTagsLimitBeforeThePayloadIsThere() {
    EmbeddedChannel channel = reader(true);
    ByteBuf whole = Frames.binary(Frames.message("AV", 2 + 1229), true);

    channel.writeInbound(whole.readRetainedSlice(4 + 4 + 1));
    assertThat(failures).isEmpty();
    channel.writeInbound(whole.readRetainedSlice(1));

    assertThat(failures).singleElement().isInstanceOf(TooLargeException.class);
    channel.writeInbound(whole);
    assertThat(failures).hasSize(1);
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void takesAMessageOfExactlyItsTagsLimit() {
    EmbeddedChannel channel = reader(true);
    channel.writeInbound(Frames.binary(Frames.message("AV", 2 + 1228), true));

    assertThat(read(channel)).hasSize(1230);
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void appliesTheTagsLimitToFragmentsEvenWhenTheTagIsSplit() {
    EmbeddedChannel channel = reader(true);
    channel.writeInbound(Frames.frame(false, FrameHeader.BINARY, new byte[] {'A'}, true));
    channel.writeInbound(Frames.frame(false, FrameHeader.CONTINUATION, new byte[0], true));
    channel.writeInbound(Frames.frame(false, FrameHeader.CONTINUATION, new byte[] {'V'}, true));
    channel.writeInbound(Frames.frame(false, FrameHeader.CONTINUATION, new byte[1228], true));
    assertThat(failures).isEmpty();

    channel.writeInbound(Frames.frame(false, FrameHeader.CONTINUATION, new byte[1], true));

    assertThat(failures).singleElement().isInstanceOf(TooLargeException.class);
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  /** A direct send is judged by the tag inside, however few bytes of it come at a time. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 1_000})
  void judgesADirectSendByTheTagInsideAsSoonAsItHasIt(int chunk) {
    byte[] message = Frames.message("td", 2 + 2 + 1228 + 1);
    message[2] = 'A';
    message[3] = 'V';
    EmbeddedChannel channel = reader(true);
    feed(channel, Frames.binary(Arrays.copyOf(message, message.length - 1), true), chunk);
    assertThat(read(channel)).hasSize(2 + 2 + 1228);
    assertThat(failures).isEmpty();

    ByteBuf above = Frames.binary(message, true);
    feed(channel, above.readRetainedSlice(8 + 3), chunk);
    assertThat(failures).isEmpty();
    feed(channel, above.readRetainedSlice(1), chunk);

    assertThat(failures).singleElement().isInstanceOf(TooLargeException.class);
    above.release();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  private static void feed(EmbeddedChannel channel, ByteBuf wire, int chunk) {
    while (wire.isReadable()) {
      channel.writeInbound(wire.readRetainedSlice(Math.min(chunk, wire.readableBytes())));
    }
    wire.release();
  }

  @Test
  void judgesADirectSendInFragmentsByTheTagInside() {
    EmbeddedChannel channel = reader(true);
    for (byte part : "tdA".getBytes(StandardCharsets.US_ASCII)) {
      int opcode = part == 't' ? FrameHeader.BINARY : FrameHeader.CONTINUATION;
      channel.writeInbound(Frames.frame(false, opcode, new byte[] {part}, true));
    }
    ByteBuf above = Frames.frame(true, FrameHeader.CONTINUATION, new byte[1 + 1229], true);
    above.setByte(8, above.getByte(8) ^ 'V');

    channel.writeInbound(above.readRetainedSlice(8));
    assertThat(failures).isEmpty();
    channel.writeInbound(above.readRetainedSlice(1));

    assertThat(failures).singleElement().isInstanceOf(TooLargeException.class);
    above.release();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void refusesADeclaredLengthAboveTheCeilingByTheHeaderAlone() {
    EmbeddedChannel channel = reader(false);
    ByteBuf header = Unpooled.buffer();
    new FrameHeader(true, FrameHeader.BINARY, false, 0, 2 + TagSpec.MAX_BYTES + 1).write(header);

    channel.writeInbound(header);

    assertThat(failures).singleElement().isInstanceOf(TooLargeException.class);
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "c280,               reserved bits",
    "9280,               reserved bits",
    "8380,               reserved opcode 3",
    "8780,               reserved opcode 7",
    "8b80,               reserved opcode 11",
    "8f80,               reserved opcode 15",
    "0980,               fragmented control",
    "0880,               fragmented control",
    "89fe,               control frame above 125",
    "88ff,               control frame above 125",
    "8202,               unmasked client frame",
    "8080aabbccdd,       continuation of nothing",
    "818100000000,       text frame",
    "82fe007d00000000,   shortest form",
    "82ff000000000000ffff00000000, shortest form",
    "82ffffffffffffffffff00000000, top bit",
    "828000000000,       without a tag",
    "82810000000041,     without a tag",
    "88810000000003,     half a code",
  })
  void refusesWhatTheProtocolDoesNotDefine(String hex, String reason) {
    EmbeddedChannel channel = reader(true);

    channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));

    assertFailure(CloseCode.PROTOCOL_ERROR, reason);
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void refusesAMaskedFrameFromAServer() {
    EmbeddedChannel channel = reader(false);
    channel.writeInbound(Frames.binary(Frames.message("TX", 10), true));

    assertFailure(CloseCode.PROTOCOL_ERROR, "masked frame from a server");
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void refusesANewMessageInsideAFragmentedOne() {
    EmbeddedChannel channel = reader(true);
    channel.writeInbound(Frames.frame(false, FrameHeader.BINARY, new byte[] {'T', 'X'}, true));
    channel.writeInbound(Frames.binary(Frames.message("TX", 10), true));

    assertFailure(CloseCode.PROTOCOL_ERROR, "new message inside");
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 3999, 4999})
  void takesCloseCodesThatMayBeSent(int code) {
    EmbeddedChannel channel = reader(true);
    channel.writeInbound(close(code, "b\u00fcro".getBytes(StandardCharsets.UTF_8)));

    assertThat(channel.<ControlFrame>readInbound())
        .isEqualTo(new ControlFrame.Close(code, "b\u00fcro"));
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535})
  void refusesCloseCodesThatMustNotBeSent(int code) {
    EmbeddedChannel channel = reader(true);
    channel.writeInbound(close(code, new byte[0]));

    assertFailure(CloseCode.PROTOCOL_ERROR, "close code " + code);
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "c3", "eda080", "f4908080", "c0af", "e28282c3"})
  void refusesACloseReasonThatIsNotUtf8(String hex) {
    EmbeddedChannel channel = reader(true);
    channel.writeInbound(close(1000, ByteBufUtil.decodeHexDump(hex)));

    assertFailure(CloseCode.INVALID_PAYLOAD, "UTF-8");
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  private static ByteBuf close(int code, byte[] reason) {
    ByteBuf payload = Unpooled.buffer().writeShort(code).writeBytes(reason);
    byte[] bytes = ByteBufUtil.getBytes(payload);
    payload.release();
    return Frames.frame(true, FrameHeader.CLOSE, bytes, true);
  }

  private void assertFailure(int closeCode, String reason) {
    assertThat(failures).singleElement().isInstanceOfSatisfying(WsException.class, failure -> {
      assertThat(failure.closeCode()).isEqualTo(closeCode);
      assertThat(failure).hasMessageContaining(reason);
    });
  }
}
