package dev.twine.libp2p.core.multistream;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Fuzz targets of what comes before any protocol. */
class MultistreamFuzzTest {
  @FuzzTest(maxDuration = "150s")
  void negotiation(byte[] bytes) {
    MultistreamListenerTest.fuzz(bytes, 5);
  }

  @FuzzTest(maxDuration = "150s")
  void lines(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    Line.parseList(in.duplicate());
    try {
      while (Line.read(in) != null) {
        // Each line is shorter than what was read.
      }
    } catch (Libp2pException e) {
      // Refused, as it should be.
    }
  }
}
