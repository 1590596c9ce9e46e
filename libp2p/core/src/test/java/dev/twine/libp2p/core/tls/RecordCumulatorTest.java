package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordCumulatorTest {
  private static final ByteBufAllocator ALLOC = UnpooledByteBufAllocator.DEFAULT;
  private static final int READ = 64 << 10;

  private final RecordCumulator cumulator = new RecordCumulator();

  @Test
  void whatWasReadIsJoinedOnTheHeapAndReleased() {
    ByteBuf first = read(100, READ).setByte(99, 1);
    ByteBuf next = read(READ, READ).setByte(0, 2);

    ByteBuf joined = cumulator.cumulate(ALLOC, Unpooled.EMPTY_BUFFER, first);
    joined = cumulator.cumulate(ALLOC, joined, next);

    assertThat(joined.hasArray()).isTrue();
    assertThat(joined.readableBytes()).isEqualTo(100 + READ);
    assertThat(joined.getByte(99)).isEqualTo((byte) 1);
    assertThat(joined.getByte(100)).isEqualTo((byte) 2);
    assertThat(first.refCnt()).isZero();
    assertThat(next.refCnt()).isZero();
    joined.release();
  }

  @Test
  void aFewBytesHoldNotMuchMoreThanThemselves() {
    ByteBuf joined = cumulator.cumulate(ALLOC, Unpooled.EMPTY_BUFFER, read(10, READ));
    assertThat(joined.capacity()).isEqualTo(20);
    joined.release();
  }

  @Test
  void aRecordOfSingleBytesIsCopiedAsOftenAsItDoubles() {
    Set<ByteBuf> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    ByteBuf joined = Unpooled.EMPTY_BUFFER;
    for (int i = 0; i < RecordCumulator.RECORD; i++) {
      joined = cumulator.cumulate(ALLOC, joined, read(1, 2048).setByte(0, i));
      buffers.add(joined);
    }

    assertThat(joined.readableBytes()).isEqualTo(RecordCumulator.RECORD);
    assertThat(joined.getByte(999)).isEqualTo((byte) 999);
    joined.release();
    assertThat(buffers.size()).isLessThanOrEqualTo(15);
  }

  @Test
  void aBufferThatSomebodyElseHoldsStaysAsItIs() {
    ByteBuf before = cumulator.cumulate(ALLOC, Unpooled.EMPTY_BUFFER, read(10, 64));
    ByteBuf joined = cumulator.cumulate(ALLOC, before.retain(), read(1, 64).setByte(0, 7));

    assertThat(joined).isNotSameAs(before);
    assertThat(joined.getByte(10)).isEqualTo((byte) 7);
    assertThat(before.refCnt()).isEqualTo(1);
    before.release();
    joined.release();
  }

  private static ByteBuf read(int bytes, int capacity) {
    return Unpooled.directBuffer(capacity).writeZero(bytes);
  }
}
