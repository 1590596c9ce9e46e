package dev.twine.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class PatternTest {
  @Test
  void theFirstBytesAreThoseOfTheOtherLanguages() {
    assertThat(new int[] {at(0), at(1), at(2), at(256), at(65_520), at(65_521)})
        .containsExactly(0, 167, 78, 59, 85, 0);
  }

  @Test
  void bytesMatchAtTheirOwnPositionOnly() {
    long position = 3L * Pattern.PERIOD + 65_000;
    ByteBuf bytes = Unpooled.copiedBuffer(Pattern.from(position, 2_000));

    assertThat(Pattern.matches(position, bytes)).isTrue();
    assertThat(Pattern.matches(position + Pattern.PERIOD, bytes)).isTrue();
    assertThat(Pattern.matches(position + 1, bytes)).isFalse();
    assertThat(Pattern.matches(position + 256, bytes)).isFalse();
    assertThat(Pattern.matches(position + (1 << 16), bytes)).isFalse();
    bytes.setByte(1_999, ~bytes.getByte(1_999));
    assertThat(Pattern.matches(position, bytes)).isFalse();
  }

  @Test
  void moreThanOneWriteMayComeAtOnce() {
    ByteBuf bytes = Unpooled.buffer();
    for (long i = 0; i < 3L * Pattern.MAX_WRITE + 7; i++) {
      bytes.writeByte(Pattern.at(i));
    }

    assertThat(Pattern.matches(0, bytes)).isTrue();
    bytes.setByte(3 * Pattern.MAX_WRITE, 1);
    assertThat(Pattern.matches(0, bytes)).isFalse();
  }

  private static int at(long position) {
    return Pattern.at(position) & 0xff;
  }
}
