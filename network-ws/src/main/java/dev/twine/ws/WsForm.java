package dev.twine.ws;

import dev.twine.broadcaster.OutboundMessage;
import dev.twine.broadcaster.WireForm;
import dev.twine.network.Tag;
import io.netty.buffer.ByteBuf;

/** A gossip message as one binary WebSocket frame. */
enum WsForm implements WireForm {
  /** As servers send: one frame for every peer that dialled us. */
  SERVER(false),
  /**
   * As clients must send: masked, with one fresh random key per message that all peers share which we
   * dialled. The key protects proxies from chosen bytes; it hides nothing from the peers.
   */
  CLIENT(true);

  private final boolean masked;

  WsForm(boolean masked) {
    this.masked = masked;
  }

  @Override
  public int frameBytes(int bodyLength) {
    int payload = Tag.LENGTH + bodyLength;
    return FrameHeader.size(payload, masked) + payload;
  }

  @Override
  public void frame(OutboundMessage message, ByteBuf out) {
    byte[] body = message.body();
    int payload = Tag.LENGTH + body.length;
    int mask = masked ? Mask.next() : 0;
    new FrameHeader(true, FrameHeader.BINARY, masked, mask, payload).write(out);
    int start = out.writerIndex();
    out.writeShort(message.tag()).writeBytes(body);
    if (masked) {
      Mask.apply(out, start, payload, mask, 0);
    }
  }
}
