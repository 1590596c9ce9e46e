package dev.twine.libp2p.core;

import io.netty.buffer.ByteBuf;

/**
 * The unsigned variable-length integers of the multiformats: seven bits a byte, the lowest first.
 *
 * <p>The one reader of every protocol: at most nine bytes, so values below 2^63, and only the
 * shortest form of each.
 *
 * @see <a href="https://github.com/multiformats/unsigned-varint">unsigned-varint</a>
 */
public final class Varint {
  /** What {@link #read} answers while the last byte is not there yet. */
  public static final long INCOMPLETE = -1;

  /** Nine groups of seven bits fill a positive long. */
  public static final int MAX_BYTES = 9;

  private static final int MORE = 0x80;
  private static final int GROUP_BITS = 7;

  private Varint() {}

  /**
   * Reads one value and moves the reader index behind it.
   *
   * @return the value, or {@link #INCOMPLETE} with the reader index where it was
   * @throws Libp2pException with {@link FailureReason#PROTOCOL_ERROR} if a tenth byte would follow
   *     or a shorter form exists; the reader index is where it was
   */
  public static long read(ByteBuf in) {
    int start = in.readerIndex();
    int available = Math.min(in.readableBytes(), MAX_BYTES);
    long value = 0;
    for (int i = 0; i < available; i++) {
      int next = in.getByte(start + i);
      value |= (long) (next & (MORE - 1)) << (i * GROUP_BITS);
      if ((next & MORE) == 0) {
        if (next == 0 && i > 0) {
          throw malformed("a shorter form exists", i + 1);
        }
        in.readerIndex(start + i + 1);
        return value;
      }
    }
    if (available == MAX_BYTES) {
      throw malformed("it goes on", MAX_BYTES);
    }
    return INCOMPLETE;
  }

  /**
   * Writes the shortest form.
   *
   * @throws IllegalArgumentException if the value is negative
   */
  public static void write(ByteBuf out, long value) {
    requireUnsigned(value);
    long rest = value;
    while (rest >= MORE) {
      out.writeByte((int) (rest & (MORE - 1)) | MORE);
      rest >>>= GROUP_BITS;
    }
    out.writeByte((int) rest);
  }

  /**
   * How many bytes {@link #write} writes, 1 to 9.
   *
   * @throws IllegalArgumentException if the value is negative
   */
  public static int size(long value) {
    requireUnsigned(value);
    int bits = Long.SIZE - Long.numberOfLeadingZeros(value | 1);
    return (bits + GROUP_BITS - 1) / GROUP_BITS;
  }

  private static void requireUnsigned(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative number: " + value + ": varints are unsigned");
    }
  }

  private static Libp2pException malformed(String why, int bytes) {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR,
        "malformed varint",
        why + " after byte " + bytes,
        "the peer has to send the shortest form, at most " + MAX_BYTES + " bytes");
  }
}
