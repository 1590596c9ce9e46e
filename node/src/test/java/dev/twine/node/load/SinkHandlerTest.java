package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinkHandlerTest {
  private static final Payloads PAYLOADS = new Payloads();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 1000, 1_000_000})
  void messagesAreCountedHoweverTheyAreCut(int step) {
    var handler = new SinkHandler(SinkWire.GOSSIP, "h", PAYLOADS);
    var channel = new EmbeddedChannel(handler);
    ByteBuf all = Unpooled.buffer();
    all.writeCharSequence("HTTP/1.1 101 x\r\nA: b\r\n\r\n", StandardCharsets.US_ASCII);
    frame(all, "MI", new byte[40]);
    for (int i = 0; i < 130; i++) {
      frame(all, "TX", PAYLOADS.payload(i, i % 64 == 63 ? 70_000 : 100));
    }
    while (all.isReadable()) {
      channel.writeInbound(all.readRetainedSlice(Math.min(step, all.readableBytes())));
    }
    all.release();

    assertThat(handler.counts()).isEqualTo(new SinkHandler.Counts(130, 130, 3, 0, 0, false));
    channel.finishAndReleaseAll();
  }

  @Test
  void whatIsMissingRepeatedOrChangedIsCounted() {
    var handler = new SinkHandler(SinkWire.LENGTH_PREFIXED, "h", PAYLOADS);
    var channel = new EmbeddedChannel(handler);
    byte[] changed = PAYLOADS.payload(64, 100);
    changed[99] ^= 1;
    send(channel, PAYLOADS.payload(0, 100));
    send(channel, PAYLOADS.payload(3, 100));
    send(channel, PAYLOADS.payload(3, 100));
    send(channel, changed);

    handler.expect(70);

    assertThat(handler.counts()).isEqualTo(new SinkHandler.Counts(70, 3, 1, 2, 2 + 60 + 5, false));
    channel.finishAndReleaseAll();
  }

  private static void send(EmbeddedChannel channel, byte[] payload) {
    channel.writeInbound(Unpooled.buffer().writeInt(payload.length).writeBytes(payload));
  }

  private static void frame(ByteBuf out, String tag, byte[] payload) {
    int length = payload.length + 2;
    out.writeByte(0x82);
    if (length < 126) {
      out.writeByte(length);
    } else if (length < 1 << 16) {
      out.writeByte(126).writeShort(length);
    } else {
      out.writeByte(127).writeLong(length);
    }
    out.writeCharSequence(tag, StandardCharsets.US_ASCII);
    out.writeBytes(payload);
  }
}
