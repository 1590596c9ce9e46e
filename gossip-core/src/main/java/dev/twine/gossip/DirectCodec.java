package dev.twine.gossip;

import dev.twine.network.Tag;
import io.netty.buffer.ByteBuf;

/**
 * The body of the private tag {@code td}: another tag and its body, for the receiver alone. On the
 * bare protocol a message of a relayed tag looks the same whether it was sent to one or to all, and
 * would travel on.
 */
final class DirectCodec {
  private static final int BYTE_BITS = 8;

  private DirectCodec() {}

  static byte[] encode(Tag tag, byte[] payload) {
    byte[] body = new byte[Tag.LENGTH + payload.length];
    body[0] = (byte) (tag.code() >>> BYTE_BITS);
    body[1] = (byte) tag.code();
    System.arraycopy(payload, 0, body, Tag.LENGTH, payload.length);
    return body;
  }

  /** Takes off the code of the tag inside; whether it is a tag at all is for the tag table to say. */
  static int readTag(ByteBuf body) {
    if (body.readableBytes() < Tag.LENGTH) {
      throw new BadMessageException("direct message without a tag");
    }
    return body.readUnsignedShort();
  }
}
