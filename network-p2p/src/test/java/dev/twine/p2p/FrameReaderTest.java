package dev.twine.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.BadMessageException;
import dev.twine.gossip.MessageDeadline;
import dev.twine.gossip.TagTable;
import dev.twine.gossip.TooLargeException;
import dev.twine.network.Tag;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of a stream to messages. */
class FrameReaderTest {
  private final List<Throwable> failures = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel(
      new FrameReader(TagTable.standard()::maxMessageBytes), new ChannelInboundHandlerAdapter() {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
          failures.add(cause);
        }
      });

  @AfterEach
  void end() {
    channel.finishAndReleaseAll();
  }

  private static byte[] message(String tag, int bytes) {
    byte[] message = new byte[bytes];
    new Random(bytes).nextBytes(message);
    System.arraycopy(
        tag.getBytes(StandardCharsets.US_ASCII), 0, message, 0, Math.min(bytes, Tag.LENGTH));
    return message;
  }

  private static ByteBuf frame(byte[] message) {
    return Unpooled.buffer().writeInt(message.length).writeBytes(message);
  }

  private List<byte[]> read() {
    var messages = new ArrayList<byte[]>();
    for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
      messages.add(ByteBufUtil.getBytes(next));
      next.release();
    }
    return messages;
  }

  @Test
  void messagesAreReadWhereverTheBytesAreCut() {
    byte[] first = message("AV", 100);
    byte[] second = message("TX", 2);
    byte[] both = ByteBufUtil.getBytes(frame(first).writeBytes(frame(second)));
    for (int cut = 0; cut <= both.length; cut++) {
      channel.writeInbound(Unpooled.copiedBuffer(both, 0, cut));
      channel.writeInbound(Unpooled.copiedBuffer(both, cut, both.length - cut));

      assertThat(read()).containsExactly(first, second);
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void singleBytesMakeAMessage() {
    byte[] message = message("NI", 60);
    for (byte one : ByteBufUtil.getBytes(frame(message))) {
      channel.writeInbound(Unpooled.copiedBuffer(new byte[] {one}));
    }

    assertThat(read()).containsExactly(message);
  }

  @ParameterizedTest
  @CsvSource({"UE, 67", "AV, 1228", "MS, 69", "NI, 215", "VB, 6291456", "zz, 6291456"})
  void aMessageAtTheLimitOfItsTagIsReadAndOnePastItIsNot(String tag, int limit) {
    channel.writeInbound(frame(message(tag, Tag.LENGTH + limit)));
    assertThat(read()).hasSize(1);

    // The tag and its length alone are enough to know.
    byte[] tooLong = message(tag, Tag.LENGTH + limit + 1);
    channel.writeInbound(frame(tooLong).writerIndex(StreamForm.LENGTH + Tag.LENGTH));

    assertThat(read()).isEmpty();
    assertThat(failures).singleElement().isInstanceOf(TooLargeException.class);
  }

  @Test
  void aLengthThatNoTagHasIsRefusedBeforeTheTag() {
    channel.writeInbound(Unpooled.buffer().writeInt(Tag.LENGTH + (6 << 20) + 1));
    assertThat(failures).singleElement().isInstanceOf(TooLargeException.class);
  }

  @Test
  void lengthsAreUnsigned() {
    channel.writeInbound(Unpooled.buffer().writeInt(-1));
    assertThat(failures).singleElement().isInstanceOf(TooLargeException.class);
  }

  @Test
  void theTagInsideADirectMessageCountsToo() {
    ByteBuf begun = Unpooled.buffer().writeInt(1_000);
    channel.writeInbound(begun.writeBytes("tdU".getBytes(StandardCharsets.US_ASCII)));
    assertThat(failures).isEmpty();

    channel.writeInbound(Unpooled.copiedBuffer("E", StandardCharsets.US_ASCII));
    assertThat(failures).singleElement().isInstanceOf(TooLargeException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aMessageWithoutATagIsRefused(int length) {
    channel.writeInbound(frame(message("A", length)));

    assertThat(failures).singleElement().isInstanceOf(BadMessageException.class);
  }

  @Test
  void whatFollowsARefusalIsThrownAway() {
    channel.writeInbound(Unpooled.buffer().writeInt(1).writeByte(1));
    channel.writeInbound(frame(message("TX", 20)));
    channel.writeInbound(frame(message("TX", 20)));

    assertThat(read()).isEmpty();
    assertThat(failures).hasSize(1);
  }

  @Test
  void aMessageThatHasBegunMustEnd() {
    channel.freezeTime();
    channel.writeInbound(frame(message("TX", 20)).writerIndex(10));
    pass(MessageDeadline.SECONDS - 1);
    assertThat(failures).isEmpty();

    pass(1);
    assertThat(failures).singleElement().isInstanceOf(BadMessageException.class);
  }

  @Test
  void aMessageThatEndedInTimeIsNotCut() {
    channel.freezeTime();
    ByteBuf whole = frame(message("TX", 20));
    channel.writeInbound(whole.readRetainedSlice(10));
    pass(MessageDeadline.SECONDS - 1);
    channel.writeInbound(whole);
    pass(2);

    assertThat(read()).hasSize(1);
    assertThat(failures).isEmpty();
  }

  @Test
  void timeInWhichThisSideDoesNotReadDoesNotCount() {
    channel.freezeTime();
    channel.writeInbound(frame(message("TX", 20)).writerIndex(10));
    channel.config().setAutoRead(false);
    pass(MessageDeadline.SECONDS + 1);

    assertThat(failures).isEmpty();
  }

  private void pass(long seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }
}
