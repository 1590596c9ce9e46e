package dev.twine.p2p;

import dev.twine.broadcaster.OutboundMessage;
import dev.twine.broadcaster.WireForm;
import dev.twine.network.Tag;
import io.netty.buffer.ByteBuf;

/** A gossip message on a stream: four bytes of length, the tag, the body. One object for all. */
enum StreamForm implements WireForm {
  FORM;

  /** Bytes of the length, big-endian, which counts what follows it. */
  static final int LENGTH = Integer.BYTES;

  @Override
  public int frameBytes(int bodyLength) {
    return LENGTH + Tag.LENGTH + bodyLength;
  }

  @Override
  public void frame(OutboundMessage message, ByteBuf out) {
    byte[] body = message.body();
    out.writeInt(Tag.LENGTH + body.length).writeShort(message.tag()).writeBytes(body);
  }
}
