package dev.twine.gossip;

import io.netty.buffer.ByteBuf;

/** A field of the signed messages: two bytes of length, big-endian, and as many bytes. */
final class SizedBytes {
  private SizedBytes() {}

  static void write(byte[] bytes, ByteBuf out) {
    out.writeShort(bytes.length).writeBytes(bytes);
  }

  /**
   * The next field; nothing is allocated by a length that is merely announced.
   *
   * @throws BadMessageException with that text, if it is longer than max or not all there
   */
  static byte[] read(ByteBuf in, int max, String otherwise) {
    int length = in.readableBytes() < Short.BYTES ? max + 1 : in.readUnsignedShort();
    if (length > max || length > in.readableBytes()) {
      throw new BadMessageException(otherwise);
    }
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }
}
