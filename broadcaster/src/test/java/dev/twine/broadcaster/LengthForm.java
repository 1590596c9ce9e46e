package dev.twine.broadcaster;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A frame of four bytes of length, two of tag, and the body; counts how often it frames. */
final class LengthForm implements WireForm {
  static final int HEADER = 6;

  private int framed;

  /** The bodies of all whole frames, as text up to the first NUL. */
  static List<String> bodies(byte[] stream) {
    var bodies = new ArrayList<String>();
    ByteBuffer in = ByteBuffer.wrap(stream);
    while (in.remaining() >= HEADER && in.remaining() >= HEADER + in.getInt(in.position())) {
      byte[] body = new byte[in.getInt()];
      in.getShort();
      in.get(body);
      String text = new String(body, StandardCharsets.US_ASCII);
      bodies.add(text.indexOf(0) < 0 ? text : text.substring(0, text.indexOf(0)));
    }
    return bodies;
  }

  @Override
  public int frameBytes(int bodyLength) {
    return HEADER + bodyLength;
  }

  @Override
  public void frame(OutboundMessage message, ByteBuf out) {
    framed++;
    out.writeInt(message.body().length).writeShort(message.tag()).writeBytes(message.body());
  }

  int framed() {
    return framed;
  }
}
