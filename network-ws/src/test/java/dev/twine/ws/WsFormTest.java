package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.broadcaster.Lane;
import dev.twine.broadcaster.OutboundMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WsFormTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5, 123, 124, 125, 65_533, 65_534, 5_250_618})
  void framesAreWhatTheReaderOfTheOtherSideReads(int length) {
    byte[] body = Arrays.copyOfRange(Frames.message("TX", length + 2), 2, length + 2);
    for (WsForm form : WsForm.values()) {
      boolean masked = form == WsForm.CLIENT;
      ByteBuf out = Unpooled.buffer().writeByte(0x55);
      form.frame(OutboundMessage.of(Frames.tag("TX"), body, Lane.BULK, 0), out);
      assertThat(out.readByte()).isEqualTo((byte) 0x55);
      assertThat(out.readableBytes()).isEqualTo(form.frameBytes(length));

      var channel = new EmbeddedChannel(new FrameReader(masked, (head, known) -> length + 2));
      channel.writeInbound(out);
      ByteBuf read = channel.readInbound();
      assertThat(Arrays.equals(ByteBufUtil.getBytes(read), Frames.message("TX", length + 2)))
          .isTrue();
      read.release();
      assertThat(channel.finishAndReleaseAll()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63})
  void maskingFromAnyPositionIsByteByByteXor(int length) {
    int mask = 0x37fa213d;
    for (int position = 0; position < 8; position++) {
      byte[] plain = Frames.message("TX", 80);
      ByteBuf buffer = Unpooled.copiedBuffer(plain);

      Mask.apply(buffer, 3, length, mask, position);

      for (int i = 0; i < length; i++) {
        plain[3 + i] ^= (byte) (mask >>> (24 - 8 * ((position + i) % 4)));
      }
      assertThat(ByteBufUtil.getBytes(buffer)).isEqualTo(plain);
      buffer.release();
    }
  }
}
