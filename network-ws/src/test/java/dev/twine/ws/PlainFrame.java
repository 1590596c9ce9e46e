package dev.twine.ws;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket frame, read without the code under test.
 *
 * @param opcode RFC 6455 section 5.2
 * @param payload unmasked
 */
record PlainFrame(int opcode, byte[] payload) {
  private static final int SHORT = 126;
  private static final int LONG = 127;

  /** The next frame; null if there is no whole one, and then nothing is read. */
  static @Nullable PlainFrame read(ByteBuffer in) {
    int start = in.position();
    PlainFrame frame = in.remaining() < 2 ? null : complete(in);
    if (frame == null) {
      in.position(start);
    }
    return frame;
  }

  private static @Nullable PlainFrame complete(ByteBuffer in) {
    int opcode = in.get() & 0xf;
    int second = in.get() & 0xff;
    boolean masked = (second & 0x80) != 0;
    int marker = second & 0x7f;
    int more = (marker == SHORT ? Short.BYTES : marker == LONG ? Long.BYTES : 0)
        + (masked ? Integer.BYTES : 0);
    if (in.remaining() < more) {
      return null;
    }
    long length = marker == SHORT ? in.getShort() & 0xffff : marker == LONG ? in.getLong() : marker;
    byte[] mask = new byte[Integer.BYTES];
    if (masked) {
      in.get(mask);
    }
    if (in.remaining() < length) {
      return null;
    }
    byte[] payload = new byte[(int) length];
    in.get(payload);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i % mask.length];
    }
    return new PlainFrame(opcode, payload);
  }

  /** The close code; 0 if there is none. */
  int closeCode() {
    return payload.length < Short.BYTES ? 0 : ByteBuffer.wrap(payload).getShort() & 0xffff;
  }

  /** The reason of a close frame. */
  String closeReason() {
    return payload.length <= Short.BYTES
        ? ""
        : new String(
            payload,
            Short.BYTES,
            payload.length - Short.BYTES,
            java.nio.charset.StandardCharsets.UTF_8);
  }
}
