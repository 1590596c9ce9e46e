package dev.twine.testkit;

import dev.twine.broadcaster.OutboundMessage;
import dev.twine.broadcaster.WireForm;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * The frames of the in-memory transport: one byte of type, four of length, then so many bytes. The
 * length of a message counts its tag.
 */
final class MemoryFrame implements WireForm {
  static final int HEADER = 1 + Integer.BYTES;
  static final byte HELLO = 'H';
  static final byte MESSAGE = 'M';
  static final byte PING = 'P';
  static final byte PONG = 'O';
  static final byte CLOSE = 'C';

  private static final int TAG = Short.BYTES;

  @Override
  public int frameBytes(int bodyLength) {
    return HEADER + TAG + bodyLength;
  }

  @Override
  public void frame(OutboundMessage message, ByteBuf out) {
    message(message.tag(), message.body(), out);
  }

  static void message(int tag, byte[] body, ByteBuf out) {
    out.writeByte(MESSAGE).writeInt(TAG + body.length).writeShort(tag).writeBytes(body);
  }

  static ByteBuf hello(Hello hello, ByteBufAllocator allocator) {
    ByteBuf out = allocator.buffer().writeByte(HELLO).writeInt(0);
    hello.write(out);
    return out.setInt(1, out.readableBytes() - HEADER);
  }

  static ByteBuf number(byte type, long number, ByteBufAllocator allocator) {
    return allocator.buffer().writeByte(type).writeInt(Long.BYTES).writeLong(number);
  }

  static ByteBuf close(String reason, ByteBufAllocator allocator) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    return allocator.buffer().writeByte(CLOSE).writeInt(text.length).writeBytes(text);
  }
}
