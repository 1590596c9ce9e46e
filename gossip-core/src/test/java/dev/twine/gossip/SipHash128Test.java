package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHash128Test {
  /** Bytes 0 to 15, as in the vectors of the reference implementation. */
  private static final SipHash128 HASH = new SipHash128(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  /** The message is bytes 0, 1, 2 and so on; its first eight are the word. */
  @ParameterizedTest
  @CsvSource({
    "8,  3b62a9ba6258f5610f83e264f31497b4",
    "9,  264499060ad9baabc47f8b02bb6d71ed",
    "15, 5493e99933b0a8117e08ec0f97cfc3d9",
    "16, 6ee2a4ca67b054bbfd3315bf85230577",
    "63, 5150d1772f50834a503e069a973fbd7c",
  })
  void matchesTheReferenceImplementation(int length, String hex) {
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) i;
    }
    MessageKey key = HASH.hash(0x0706050403020100L, data, 8, length - 8);
    byte[] bytes = ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(key.low())
        .putLong(key.high())
        .array();
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex);
  }

  @Test
  void hashesHeapAndDirectBytesAlikeWhereverTheyBegin() {
    var random = new Random(3);
    for (int length = 0; length < 130; length++) {
      byte[] data = new byte[length + 5];
      random.nextBytes(data);
      MessageKey expected = HASH.hash(7, data, 5, length);
      ByteBuf direct = Unpooled.directBuffer().writeBytes(data);
      ByteBuf heap = Unpooled.wrappedBuffer(data).slice(2, data.length - 2);

      assertThat(HASH.hash(7, direct, 5, length)).isEqualTo(expected);
      assertThat(HASH.hash(7, heap, 3, length)).isEqualTo(expected);
      direct.release();
    }
  }

  @Test
  void dependsOnTheWordTheKeyAndTheLength() {
    byte[] zeros = new byte[64];
    MessageKey base = HASH.hash(1, zeros, 0, 16);
    assertThat(HASH.hash(2, zeros, 0, 16)).isNotEqualTo(base);
    assertThat(HASH.hash(1, zeros, 0, 17)).isNotEqualTo(base);
    assertThat(new SipHash128(1, 2).hash(1, zeros, 0, 16)).isNotEqualTo(base);
  }
}
