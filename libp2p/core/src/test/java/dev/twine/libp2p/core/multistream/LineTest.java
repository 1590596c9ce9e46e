package dev.twine.libp2p.core.multistream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {
  /** The refusal as the connections specification prints it. */
  @Test
  void matchesTheBytesOnTheWire() {
    assertThat(Wire.hex(Wire.lines("na"))).isEqualTo("036e610a");
    assertThat(Wire.hex(Wire.lines(Wire.HEADER)))
        .isEqualTo("13" + "2f6d756c746973747265616d2f312e302e30" + "0a");
  }

  @Test
  void everyPrefixIsIncompleteAndConsumesNothing() {
    ByteBuf whole = Wire.lines("/noise");
    for (int length = 0; length < whole.readableBytes(); length++) {
      ByteBuf prefix = whole.slice(0, length);
      assertThat(Line.read(prefix)).isNull();
      assertThat(prefix.readerIndex()).isZero();
    }
    assertThat(Line.read(whole)).isEqualTo("/noise");
    assertThat(whole.isReadable()).isFalse();
  }

  @Test
  void takesALineOf1024BytesButNot1025() {
    String longest = "x".repeat(Line.MAX_BYTES - 1);
    assertThat(Line.fits(longest)).isTrue();
    assertThat(Line.fits(longest + "x")).isFalse();
    assertThat(Line.read(Wire.lines(longest))).isEqualTo(longest);

    ByteBuf length = Unpooled.buffer();
    Varint.write(length, Line.MAX_BYTES + 1);
    assertThatThrownBy(() -> Line.read(length)).hasMessageContaining("1025");
  }

  /** Length 0, no newline, 2^31, ten bytes of length. */
  @ParameterizedTest
  @ValueSource(strings = {"00", "036e6161", "8080808008", "ffffffffffffffffff01"})
  void refusesWhatIsNoLine(String hex) {
    assertThatThrownBy(() -> Line.read(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex))))
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR));
  }

  @Test
  void listsWhatFitsIntoOneLine() {
    ByteBuf out = Unpooled.buffer();
    Line.writeList(out, List.of("/a", "/b/1", "y".repeat(1_020), "/c"));
    assertThat(ByteBufUtil.hexDump(out))
        .isEqualTo("0f" + "032f610a" + "052f622f310a" + "032f630a" + "0a");

    String text = Objects.requireNonNull(Line.read(out));

    assertThat(Line.parseList(Wire.bytes(text))).containsExactly("/a", "/b/1", "/c");
    assertThat(Line.parseList(Wire.bytes("\u0003/a\nrubbish"))).containsExactly("/a");
  }
}
