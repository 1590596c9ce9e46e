package dev.twine.gossip;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * SipHash-2-4 with 128 bits of output, keyed: whoever does not know the key cannot choose messages
 * that collide.
 *
 * <p>A hash covers one word in front of the data, which keeps equal data under different tags apart.
 * Immutable; safe for every thread.
 *
 * @see <a href="https://www.aumasson.jp/siphash/siphash.pdf">SipHash: a fast short-input PRF</a>
 */
final class SipHash128 {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int FINAL_ROUNDS = 4;
  private static final int LONG_OUTPUT = 0xee;
  private static final int SECOND_HALF = 0xdd;

  private final long key0;
  private final long key1;

  SipHash128(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  static SipHash128 withRandomKey(SecureRandom random) {
    return new SipHash128(random.nextLong(), random.nextLong());
  }

  /** Hashes the eight bytes of the word, little-endian, and then the data. */
  MessageKey hash(long word, byte[] data, int from, int length) {
    var state = new State(key0, key1);
    state.compress(word);
    int end = from + (length & ~7);
    for (int at = from; at < end; at += Long.BYTES) {
      state.compress((long) WORD.get(data, at));
    }
    long last = (long) (length + Long.BYTES) << 56;
    for (int i = 0; i < (length & 7); i++) {
      last |= (data[end + i] & 0xffL) << (8 * i);
    }
    state.compress(last);
    return state.finish();
  }

  /** As above, over bytes from an absolute index; the buffer stays as it is. */
  MessageKey hash(long word, ByteBuf data, int from, int length) {
    if (data.hasArray()) {
      return hash(word, data.array(), data.arrayOffset() + from, length);
    }
    var state = new State(key0, key1);
    state.compress(word);
    int end = from + (length & ~7);
    for (int at = from; at < end; at += Long.BYTES) {
      state.compress(data.getLongLE(at));
    }
    long last = (long) (length + Long.BYTES) << 56;
    for (int i = 0; i < (length & 7); i++) {
      last |= (data.getByte(end + i) & 0xffL) << (8 * i);
    }
    state.compress(last);
    return state.finish();
  }

  /** Four words that never leave a hash call, so that the compiler keeps them in registers. */
  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long key0, long key1) {
      v0 = key0 ^ 0x736f6d6570736575L;
      v1 = key1 ^ 0x646f72616e646f6dL ^ LONG_OUTPUT;
      v2 = key0 ^ 0x6c7967656e657261L;
      v3 = key1 ^ 0x7465646279746573L;
    }

    void compress(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    MessageKey finish() {
      v2 ^= LONG_OUTPUT;
      long low = squeeze();
      v1 ^= SECOND_HALF;
      return new MessageKey(low, squeeze());
    }

    private long squeeze() {
      for (int i = 0; i < FINAL_ROUNDS; i++) {
        round();
      }
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
