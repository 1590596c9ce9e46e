package dev.twine.libp2p.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufBoundsTest {
  private static final ProtobufBounds INNER = ProtobufBounds.of("inner", 20, 2).with(1, 1, 4);
  private static final ProtobufBounds BOUNDS =
      ProtobufBounds.of("outer", 64, 5).with(1, 2, 8).with(3, 1, INNER);

  /** Known fields at their bounds, unknown ones of every wire type, a nested message. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0a080102030405060708" + "0a00",
        "28ffffffffffffffffff01",
        "290000000000000000" + "2d00000000",
        "1a060a0401020304",
        "1a02" + "1800",
        "0800" + "0800",
      })
  void takesWhatIsWithinTheBounds(String hex) {
    assertThatCode(() -> check(hex)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "0a09010203040506070809, bytes of field 1",
    "0a000a000a00, occurrences of field 1",
    "200020002000200020002000, fields: 6",
    "1a070a050102030405, bytes of field 1",
    "1a040a000a00, occurrences of field 1",
    "1a06180018001800, fields: 3",
    "0a0501, ends within a field",
    "0a, ends within a field",
    "08, a number does not end",
    "28ffffffffffffffffffff01, a number does not end",
    "29000000, ends within a field",
    "2d0000, ends within a field",
    "0aff07, ends within a field",
    "0affffffffffffffff7f, ends within a field",
    "0affffffffffffffffff01, malformed varint",
    "0000, field number 0",
    "fbffffffffffffff7f00, field number",
    "0b0c, wire type 3",
    "0c, wire type 4",
    "0e, wire type 6",
    "1a1500, bytes of field 3",
  })
  void refusesWhatIsNot(String hex, String why) {
    String padded = hex.startsWith("1a15") ? "1a15" + "00".repeat(21) : hex;
    assertThatThrownBy(() -> check(padded))
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR))
        .hasMessageContaining(why);
  }

  @Test
  void refusesTheWholeByItsSizeFirst() {
    assertThatCode(() -> check("22" + "3e" + "00".repeat(62))).doesNotThrowAnyException();
    assertThatThrownBy(() -> check("22" + "3f" + "00".repeat(63)))
        .hasMessageContaining("bytes: 65")
        .hasMessageContaining("at most 64");
  }

  @Test
  void everyPrefixAndMutationIsJudgedWithoutAnotherException() {
    byte[] seed = HexFormat.of().parseHex("0a0401020304" + "1a060a0401020304" + "2801" + "0a00");
    for (int length = 0; length < seed.length; length++) {
      judge(Unpooled.wrappedBuffer(seed, 0, length));
    }
    var random = new Random(20_261_121);
    int taken = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = seed.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      taken += judge(Unpooled.wrappedBuffer(bytes)) ? 1 : 0;
    }
    assertThat(taken).isBetween(100, 4_900);
  }

  private static boolean judge(ByteBuf message) {
    int before = message.readerIndex();
    try {
      BOUNDS.check(message);
      return true;
    } catch (Libp2pException e) {
      return false;
    } finally {
      assertThat(message.readerIndex()).isEqualTo(before);
    }
  }

  private static void check(String hex) {
    BOUNDS.check(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
  }
}
