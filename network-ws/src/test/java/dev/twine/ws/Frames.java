package dev.twine.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * WebSocket frames built the plain way, one byte at a time and by the text of RFC 6455, so that the
 * tests do not judge the codec by itself.
 */
final class Frames {
  private static final byte[] KEY = {0x37, (byte) 0xfa, 0x21, 0x3d};

  private Frames() {}

  static ByteBuf frame(boolean last, int opcode, byte[] payload, boolean masked) {
    ByteBuf out = Unpooled.buffer();
    out.writeByte((last ? 0x80 : 0) + opcode);
    int mask = masked ? 0x80 : 0;
    if (payload.length <= 125) {
      out.writeByte(mask + payload.length);
    } else if (payload.length <= 0xffff) {
      out.writeByte(mask + 126).writeShort(payload.length);
    } else {
      out.writeByte(mask + 127).writeLong(payload.length);
    }
    if (!masked) {
      return out.writeBytes(payload);
    }
    out.writeBytes(KEY);
    byte[] hidden = payload.clone();
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] ^= KEY[i % 4];
    }
    return out.writeBytes(hidden);
  }

  static ByteBuf binary(byte[] payload, boolean masked) {
    return frame(true, 2, payload, masked);
  }

  /** A message of that tag whose bytes differ from their neighbours. */
  static byte[] message(String tag, int length) {
    byte[] message = new byte[length];
    for (int i = 0; i < length; i++) {
      message[i] = (byte) (i * 31 + (i >> 8));
    }
    System.arraycopy(tag.getBytes(StandardCharsets.US_ASCII), 0, message, 0, 2);
    return message;
  }

  static int tag(String tag) {
    return tag.charAt(0) << 8 | tag.charAt(1);
  }

  static void append(ByteBuf out, ByteBuf frame) {
    out.writeBytes(frame);
    frame.release();
  }
}
