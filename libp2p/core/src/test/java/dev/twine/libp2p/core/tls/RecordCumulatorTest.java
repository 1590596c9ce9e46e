package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.LeakPresenceDetector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RecordCumulatorTest {
  private static final ByteBufAllocator ALLOC = UnpooledByteBufAllocator.DEFAULT;
  private static final int READ = 64 << 10;

  private final RecordCumulator cumulator = new RecordCumulator();

  @AfterAll
  static void leaksNothing() {
    LeakPresenceDetector.check();
  }

  @Test
  void fullReadsAreNotCopied() {
    ByteBuf rest = read(100, READ).setByte(99, 1);
    ByteBuf next = read(READ, READ).setByte(0, 2);

    ByteBuf joined = cumulator.cumulate(ALLOC, rest, next);

    assertThat(joined.readableBytes()).isEqualTo(100 + READ);
    assertThat(joined.getByte(99)).isEqualTo((byte) 1);
    next.setByte(0, 3);
    assertThat(joined.getByte(100)).isEqualTo((byte) 3);
    joined.release();
    assertThat(next.refCnt()).isZero();
  }

  @Test
  void singleBytesHoldNoBuffersOfTheirOwn() {
    ByteBuf joined = cumulator.cumulate(ALLOC, read(100, READ), read(READ, READ));
    for (int i = 0; i < 1000; i++) {
      ByteBuf one = read(1, 2048).setByte(0, i);
      joined = cumulator.cumulate(ALLOC, joined, one);
      assertThat(one.refCnt()).isZero();
    }

    assertThat(joined.readableBytes()).isEqualTo(100 + READ + 1000);
    assertThat(joined.getByte(100 + READ + 999)).isEqualTo((byte) 999);
    assertThat(((CompositeByteBuf) joined).numComponents()).isLessThan(8);
    joined.release();
  }

  @Test
  void aBufferThatIsMostlyEmptyIsNotHeld() {
    ByteBuf part = read(RecordCumulator.FULL_READ, READ);
    ByteBuf joined = cumulator.cumulate(ALLOC, read(10, 64), part);
    assertThat(part.refCnt()).isZero();
    joined.release();
  }

  private static ByteBuf read(int bytes, int capacity) {
    return Unpooled.directBuffer(capacity).writeZero(bytes);
  }
}
