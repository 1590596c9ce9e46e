package dev.twine.libp2p.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarintTest {
  /** The table of the unsigned-varint specification, and the largest value. */
  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "1, 01",
    "127, 7f",
    "128, 8001",
    "255, ff01",
    "300, ac02",
    "16384, 808001",
    "9223372036854775807, ffffffffffffffff7f"
  })
  void matchesTheBytesOnTheWire(long value, String hex) {
    ByteBuf out = Unpooled.buffer();

    Varint.write(out, value);

    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex);
    assertThat(Varint.size(value)).isEqualTo(hex.length() / 2);
    assertThat(Varint.read(out)).isEqualTo(value);
    assertThat(out.isReadable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8000",
        "818000",
        "ff00",
        "ffffffffffffffffff",
        "ffffffffffffffffff01",
        "80808080808080808001"
      })
  void refusesLongFormsAndATenthByte(String hex) {
    ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));

    assertThatThrownBy(() -> Varint.read(in))
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR));
    assertThat(in.readerIndex()).isZero();
  }

  @Test
  void everyPrefixIsIncompleteAndConsumesNothing() {
    ByteBuf whole = Unpooled.buffer();
    Varint.write(whole, Long.MAX_VALUE);
    for (int length = 0; length < whole.writerIndex(); length++) {
      ByteBuf prefix = whole.slice(0, length);
      assertThat(Varint.read(prefix)).isEqualTo(Varint.INCOMPLETE);
      assertThat(prefix.readerIndex()).isZero();
    }
  }

  @Test
  void randomValuesComeBackWithWhatFollowsThem() {
    var random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong() >>> (1 + random.nextInt(63));
      ByteBuf out = Unpooled.buffer();
      Varint.write(out, value);
      out.writeByte(7);
      assertThat(Varint.read(out)).isEqualTo(value);
      assertThat(out.readableBytes()).isEqualTo(1);
    }
  }

  @Test
  void negativeNumbersAreTheCallersMistake() {
    assertThatThrownBy(() -> Varint.write(Unpooled.buffer(), -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Varint.size(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
