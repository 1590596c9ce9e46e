package dev.twine.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** A WebSocket control frame, with its payload copied: it has at most 125 bytes. */
sealed interface ControlFrame {
  /** Asks for a {@link Pong} with the same payload. */
  record Ping(byte[] payload) implements ControlFrame {}

  /** Answers a {@link Ping}, or comes unasked. */
  record Pong(byte[] payload) implements ControlFrame {}

  /**
   * The last frame in its direction.
   *
   * @param code {@link CloseCode#NONE} if the frame was empty
   */
  record Close(int code, String reason) implements ControlFrame {}

  /**
   * Reads the unmasked payload of a control frame.
   *
   * @throws WsException if a close frame has a code or a text that must not be there
   */
  static ControlFrame read(int opcode, ByteBuf in, int length) {
    byte[] payload = new byte[length];
    in.readBytes(payload);
    return switch (opcode) {
      case FrameHeader.PING -> new Ping(payload);
      case FrameHeader.PONG -> new Pong(payload);
      default -> close(payload);
    };
  }

  private static Close close(byte[] payload) {
    if (payload.length == 0) {
      return new Close(CloseCode.NONE, "");
    }
    if (payload.length == 1) {
      throw WsException.protocol("close frame with half a code");
    }
    int code = ((payload[0] & 0xff) << Byte.SIZE) | (payload[1] & 0xff);
    if (!CloseCode.isSendable(code)) {
      throw WsException.protocol("close code " + code + " is not for the wire");
    }
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
      var text = decoder.decode(ByteBuffer.wrap(payload, 2, payload.length - 2));
      return new Close(code, text.toString());
    } catch (CharacterCodingException e) {
      throw WsException.text("close reason is not UTF-8");
    }
  }

  /** The whole frame, which the caller owns. */
  default ByteBuf encode(ByteBufAllocator allocator, boolean masked) {
    if (this instanceof Ping ping) {
      return frame(allocator, FrameHeader.PING, ping.payload(), masked);
    }
    if (this instanceof Pong pong) {
      return frame(allocator, FrameHeader.PONG, pong.payload(), masked);
    }
    return frame(allocator, FrameHeader.CLOSE, payload((Close) this), masked);
  }

  private static byte[] payload(Close close) {
    if (close.code() == CloseCode.NONE) {
      return new byte[0];
    }
    byte[] reason = cut(close.reason()).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 + reason.length)
        .putShort((short) close.code())
        .put(reason)
        .array();
  }

  /** The longest start of the text that fits, without half a character at its end. */
  private static String cut(String reason) {
    int end = 0;
    int bytes = 0;
    while (end < reason.length()) {
      int next = reason.offsetByCodePoints(end, 1);
      bytes += ByteBufUtil.utf8Bytes(reason, end, next);
      if (bytes > FrameHeader.MAX_CONTROL_PAYLOAD - 2) {
        break;
      }
      end = next;
    }
    return reason.substring(0, end);
  }

  private static ByteBuf frame(ByteBufAllocator alloc, int opcode, byte[] payload, boolean masked) {
    int mask = masked ? Mask.next() : 0;
    ByteBuf out = alloc.buffer(FrameHeader.size(payload.length, masked) + payload.length);
    new FrameHeader(true, opcode, masked, mask, payload.length).write(out);
    int start = out.writerIndex();
    out.writeBytes(payload);
    if (masked) {
      Mask.apply(out, start, payload.length, mask, 0);
    }
    return out;
  }
}
