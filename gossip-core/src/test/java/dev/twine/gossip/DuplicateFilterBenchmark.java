package dev.twine.gossip;

import dev.twine.network.Lane;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Random;

/** Duplicates that one thread rejects per second at 100 bytes, from heap and from direct buffers. */
final class DuplicateFilterBenchmark {
  private static final int MESSAGES = 100_000;
  private static final int BYTES = 100;
  private static final int ROUNDS = 8;

  private DuplicateFilterBenchmark() {}

  public static void main(String[] args) {
    var filter = new DuplicateFilter(
        DuplicateFilter.DEFAULT_CAPACITY, Duration.ofMinutes(2), new SecureRandom(), 0);
    var random = new Random(1);
    byte[][] heap = new byte[MESSAGES][BYTES];
    ByteBuf direct = Unpooled.directBuffer(MESSAGES * BYTES);
    for (byte[] payload : heap) {
      random.nextBytes(payload);
      direct.writeBytes(payload);
      filter.seen(TagTable.TX.code(), payload, Lane.BULK, 0);
    }
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      for (byte[] payload : heap) {
        filter.seen(TagTable.TX.code(), payload, Lane.BULK, 1);
      }
      long middle = System.nanoTime();
      for (int i = 0; i < MESSAGES; i++) {
        direct.setIndex(i * BYTES, (i + 1) * BYTES);
        filter.mark(filter.key(TagTable.TX.code(), direct), Lane.BULK, 1);
      }
      long end = System.nanoTime();
      System.out.printf(
          "heap %.2f M/s, direct %.2f M/s%n",
          MESSAGES * 1e3 / (middle - begin), MESSAGES * 1e3 / (end - middle));
    }
    newOnes(filter, random);
    direct.release();
  }

  private static void newOnes(DuplicateFilter filter, Random random) {
    int count = 4_000_000;
    byte[] payload = new byte[BYTES];
    long longest = 0;
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      payload[i & 63] = (byte) random.nextInt();
      payload[96] = (byte) i;
      payload[97] = (byte) (i >> 8);
      payload[98] = (byte) (i >> 16);
      long before = System.nanoTime();
      filter.seen(TagTable.TX.code(), payload, Lane.BULK, 2);
      longest = Math.max(longest, System.nanoTime() - before);
    }
    System.out.printf(
        "new %.2f M/s, longest %.2f ms, %d kept at %.1f bytes each%n",
        count * 1e3 / (System.nanoTime() - begin),
        longest / 1e6,
        filter.size(),
        (double) filter.bytes() / filter.size());
  }
}
