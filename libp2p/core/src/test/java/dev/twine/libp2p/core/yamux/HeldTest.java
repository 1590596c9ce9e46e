package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeldTest {
  private static final PooledByteBufAllocator ALLOC = PooledByteBufAllocator.DEFAULT;

  private final Held held = new Held();

  @Test
  void bytesComeOutInOrder() {
    var random = new Random(9);
    ByteBuf expected = Unpooled.buffer();
    ByteBuf actual = Unpooled.buffer();
    for (int i = 0; i < 500; i++) {
      int length = random.nextInt(random.nextBoolean() ? 20 : 20_000);
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      expected.writeBytes(bytes);
      add(bytes, random.nextInt(30_000));
      while (!held.isEmpty() && random.nextInt(3) == 0) {
        takeInto(actual);
      }
      assertThat(held.bytes()).isEqualTo(expected.writerIndex() - actual.writerIndex());
    }
    while (!held.isEmpty()) {
      takeInto(actual);
    }
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void aSmallPartDoesNotPinTheReadThatItCameIn() {
    ByteBuf read = ALLOC.buffer(64 << 10).writeZero(64 << 10);

    held.add(read, 5_000, ALLOC);

    assertThat(read.refCnt()).isOne();
    read.release();
    held.release();
    assertThat(held.bytes()).isZero();
  }

  @Test
  void aLargePartIsNotCopied() {
    ByteBuf read = ALLOC.buffer(64 << 10).writeZero(64 << 10);

    held.add(read, 60_000, ALLOC);

    assertThat(read.refCnt()).isEqualTo(2);
    read.release();
    held.release();
    assertThat(read.refCnt()).isZero();
  }

  @Test
  void singleBytesAreGathered() {
    for (int i = 0; i < 5_000; i++) {
      add(new byte[] {(byte) i}, 100);
    }

    int parts = 0;
    while (!held.isEmpty()) {
      held.take().release();
      parts++;
    }
    assertThat(parts).isLessThanOrEqualTo(2);
  }

  private void add(byte[] bytes, int restOfRead) {
    ByteBuf in = ALLOC.buffer().writeBytes(bytes).writeZero(restOfRead);
    held.add(in, bytes.length, ALLOC);
    in.release();
  }

  private void takeInto(ByteBuf out) {
    ByteBuf part = held.take();
    out.writeBytes(part);
    part.release();
  }
}
