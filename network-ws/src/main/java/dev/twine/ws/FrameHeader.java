package dev.twine.ws;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the payload of a WebSocket frame (RFC 6455 section 5.2), without extensions.
 *
 * @param last whether the message ends with this frame
 * @param opcode one of the constants below
 * @param masked whether the payload is masked
 * @param mask the masking key, 0 if there is none
 * @param payload length of the payload in bytes
 */
record FrameHeader(boolean last, int opcode, boolean masked, int mask, long payload) {
  static final int CONTINUATION = 0x0;
  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xa;

  /** Longest payload of a control frame, RFC 6455 section 5.5. */
  static final int MAX_CONTROL_PAYLOAD = 125;

  static final int MASK_LENGTH = 4;

  private static final int FIN = 0x80;
  private static final int RESERVED = 0x70;
  private static final int CONTROL = 0x8;
  private static final int MASKED = 0x80;
  private static final int LENGTH_16 = 126;
  private static final int LENGTH_64 = 127;
  private static final int MAX_LENGTH_16 = 0xffff;

  /**
   * Reads a header and leaves the reader index behind it, or returns null and leaves the index alone
   * if not all of it is there. What can be judged by the first two bytes is judged by them.
   *
   * @throws WsException if the header breaks the protocol
   */
  static @Nullable FrameHeader read(ByteBuf in, boolean mustBeMasked) {
    int start = in.readerIndex();
    if (in.readableBytes() < 2) {
      return null;
    }
    int first = in.getUnsignedByte(start);
    int second = in.getUnsignedByte(start + 1);
    boolean masked = (second & MASKED) != 0;
    int opcode = first & 0xf;
    boolean last = (first & FIN) != 0;
    int shortLength = second & 0x7f;
    check(first, opcode, last, shortLength);
    if (masked != mustBeMasked) {
      throw WsException.protocol(masked ? "masked frame from a server" : "unmasked client frame");
    }
    int lengthBytes = shortLength == LENGTH_16 ? 2 : shortLength == LENGTH_64 ? 8 : 0;
    int size = 2 + lengthBytes + (masked ? MASK_LENGTH : 0);
    if (in.readableBytes() < size) {
      return null;
    }
    long payload = length(in, start + 2, shortLength);
    int mask = masked ? in.getInt(start + 2 + lengthBytes) : 0;
    in.skipBytes(size);
    return new FrameHeader(last, opcode, masked, mask, payload);
  }

  private static void check(int first, int opcode, boolean last, int shortLength) {
    if ((first & RESERVED) != 0) {
      throw WsException.protocol("reserved bits without an extension");
    }
    if (opcode > PONG || (opcode > BINARY && opcode < CLOSE)) {
      throw WsException.protocol("reserved opcode " + opcode);
    }
    if (opcode >= CONTROL && !last) {
      throw WsException.protocol("fragmented control frame");
    }
    if (opcode >= CONTROL && shortLength > MAX_CONTROL_PAYLOAD) {
      throw WsException.protocol("control frame above 125 bytes");
    }
  }

  private static long length(ByteBuf in, int index, int shortLength) {
    if (shortLength < LENGTH_16) {
      return shortLength;
    }
    long length = shortLength == LENGTH_16 ? in.getUnsignedShort(index) : in.getLong(index);
    if (length < 0) {
      throw WsException.protocol("frame length with the top bit set");
    }
    if (length < LENGTH_16 || (shortLength == LENGTH_64 && length <= MAX_LENGTH_16)) {
      throw WsException.protocol("frame length " + length + " not in its shortest form");
    }
    return length;
  }

  boolean isControl() {
    return opcode >= CONTROL;
  }

  /** Bytes that a header for that payload takes. */
  static int size(int payload, boolean masked) {
    int length = payload < LENGTH_16 ? 2 : payload <= MAX_LENGTH_16 ? 4 : 10;
    return masked ? length + MASK_LENGTH : length;
  }

  void write(ByteBuf out) {
    out.writeByte(last ? FIN | opcode : opcode);
    int maskedBit = masked ? MASKED : 0;
    if (payload < LENGTH_16) {
      out.writeByte(maskedBit | (int) payload);
    } else if (payload <= MAX_LENGTH_16) {
      out.writeByte(maskedBit | LENGTH_16).writeShort((int) payload);
    } else {
      out.writeByte(maskedBit | LENGTH_64).writeLong(payload);
    }
    if (masked) {
      out.writeInt(mask);
    }
  }
}
