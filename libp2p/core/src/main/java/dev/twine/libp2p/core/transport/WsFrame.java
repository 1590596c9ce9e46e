package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the payload of a WebSocket frame, RFC 6455 section 5.2, without extensions.
 *
 * @param last whether the message ends here; libp2p does not care
 * @param mask the masking key, if masked
 */
record WsFrame(boolean last, int opcode, boolean masked, int mask, long length) {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /** The longest payload of a control frame. */
  static final int MAX_CONTROL = 125;

  /** The longest header. */
  static final int MAX_HEADER = 14;

  private static final int LAST = 0x80;
  private static final int RESERVED = 0x70;
  private static final int MASKED = 0x80;
  private static final int SHORT = 126;
  private static final int LONG = 127;

  boolean isControl() {
    return opcode >= CLOSE;
  }

  /**
   * Reads a header, or leaves the input alone and returns null if it is not complete.
   *
   * @throws Libp2pException if it breaks the protocol
   */
  static @Nullable WsFrame read(ByteBuf in, boolean fromClient) {
    if (in.readableBytes() < 2) {
      return null;
    }
    int at = in.readerIndex();
    int first = in.getUnsignedByte(at);
    int second = in.getUnsignedByte(at + 1);
    int code = second & ~MASKED;
    int extended = code == SHORT ? Short.BYTES : code == LONG ? Long.BYTES : 0;
    boolean masked = (second & MASKED) != 0;
    int size = 2 + extended + (masked ? Integer.BYTES : 0);
    judge(first, code, masked == fromClient);
    if (in.readableBytes() < size) {
      return null;
    }
    long length = switch (extended) {
      case 0 -> code;
      case Short.BYTES -> in.getUnsignedShort(at + 2);
      default -> in.getLong(at + 2);
    };
    if (length < 0) {
      throw broken("frame length", Long.toUnsignedString(length));
    }
    int mask = masked ? in.getInt(at + size - Integer.BYTES) : 0;
    in.skipBytes(size);
    return new WsFrame((first & LAST) != 0, first & 0xf, masked, mask, length);
  }

  /** Writes the header of a single frame. */
  void write(ByteBuf out) {
    out.writeByte((last ? LAST : 0) | opcode);
    int bit = masked ? MASKED : 0;
    if (length < SHORT) {
      out.writeByte(bit | (int) length);
    } else if (length <= 0xffff) {
      out.writeByte(bit | SHORT).writeShort((int) length);
    } else {
      out.writeByte(bit | LONG).writeLong(length);
    }
    if (masked) {
      out.writeInt(mask);
    }
  }

  static Libp2pException broken(String what, String value) {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR,
        "the remote side breaks the WebSocket protocol: " + what,
        value,
        "see RFC 6455, section 5");
  }

  private static void judge(int first, int lengthCode, boolean maskFits) {
    int opcode = first & 0xf;
    if ((first & RESERVED) != 0) {
      throw broken("reserved bits", Integer.toHexString(first));
    }
    if (!maskFits) {
      throw broken("masking", "clients mask, servers do not");
    }
    boolean control = opcode >= CLOSE;
    if (opcode == TEXT || opcode > PONG || (opcode > BINARY && !control)) {
      throw broken("opcode", String.valueOf(opcode));
    }
    if (control && ((first & LAST) == 0 || lengthCode > MAX_CONTROL)) {
      throw broken("control frame", "fragmented or longer than " + MAX_CONTROL);
    }
  }
}
