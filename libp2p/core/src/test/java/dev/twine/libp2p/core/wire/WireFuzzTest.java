package dev.twine.libp2p.core.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.Unpooled;

/** Fuzz targets of what all protocols read with. */
class WireFuzzTest {
  private static final ProtobufBounds BOUNDS = ProtobufBounds.of("fuzzed", 4096, 64)
      .with(1, 2, 128)
      .with(3, 4, ProtobufBounds.of("inner", 512, 8));

  @FuzzTest(maxDuration = "150s")
  void frames(byte[] bytes) {
    LengthPrefixedDecoderTest.fuzz(bytes, 7);
  }

  @FuzzTest(maxDuration = "150s")
  void bounds(byte[] bytes) {
    try {
      BOUNDS.check(Unpooled.wrappedBuffer(bytes));
    } catch (Libp2pException e) {
      // Refused, as it should be.
    }
  }
}
