package dev.twine.gossip;

import io.netty.buffer.ByteBuf;

/** Unsigned LEB128 of up to 64 bits, as Go and protobuf write it. */
final class Uvarint {
  /** Bytes of the longest number, and of every padded one. */
  static final int MAX_BYTES = 10;

  private static final int PAYLOAD_BITS = 7;
  private static final int PAYLOAD = 0x7f;
  private static final int MORE = 0x80;

  private Uvarint() {}

  static void write(long value, ByteBuf out) {
    long rest = value;
    while ((rest & ~PAYLOAD) != 0) {
      out.writeByte(((int) rest & PAYLOAD) | MORE);
      rest >>>= PAYLOAD_BITS;
    }
    out.writeByte((int) rest);
  }

  /** The number in ten bytes, zeros behind it: the form of nonces and request hashes. */
  static byte[] padded(long value) {
    byte[] bytes = new byte[MAX_BYTES];
    long rest = value;
    int at = 0;
    while ((rest & ~PAYLOAD) != 0) {
      bytes[at++] = (byte) ((rest & PAYLOAD) | MORE);
      rest >>>= PAYLOAD_BITS;
    }
    bytes[at] = (byte) rest;
    return bytes;
  }

  /**
   * Reads one number; 64-bit ones come out as negative longs.
   *
   * @throws BadMessageException if it is cut short or has more than 64 bits
   */
  static long read(ByteBuf in) {
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      if (!in.isReadable()) {
        throw new BadMessageException("number cut short");
      }
      int next = in.readUnsignedByte();
      if (i == MAX_BYTES - 1 && next > 1) {
        break;
      }
      value |= (long) (next & PAYLOAD) << (PAYLOAD_BITS * i);
      if ((next & MORE) == 0) {
        return value;
      }
    }
    throw new BadMessageException("number of more than 64 bits");
  }
}
