package dev.twine.ws;

import dev.twine.gossip.MessageDeadline;
import dev.twine.gossip.TagTable;
import dev.twine.gossip.TooLargeException;
import dev.twine.network.Tag;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes after a WebSocket handshake into messages and control frames, by RFC 6455 and
 * strictly: no extension, binary messages only.
 *
 * <p>Fires one {@link ByteBuf} per message, tag and body, which the next handler owns; a message of
 * one frame is a slice of what was read. Fires one {@link ControlFrame} each. Whatever breaks the
 * protocol is fired once as a {@link WsException}, a message above a limit
 * as a {@link TooLargeException}, and all that follows it is thrown away.
 *
 * <p>The size is judged by the first bytes of a message, anew with each of them, and by the length
 * that its frame declares: before the payload is buffered.
 */
class FrameReader extends ByteToMessageDecoder {
  /** A sender that splits finer only means to cost more than it pays. */
  static final int MAX_FRAGMENTS = 1024;

  private final boolean mustBeMasked;
  private final IntBinaryOperator limits;

  /** The frame whose payload is awaited. */
  private @Nullable FrameHeader frame;

  /** How many bytes at its start are unmasked already. */
  private int unmasked;

  /** Bytes that the message under way may have. */
  private int limit;

  /** What is known of its first four bytes. */
  private int head;

  /** How many of them are. */
  private int known;

  private int opcode;
  private int fragments;

  /** The fragments so far; null while no fragmented message is under way. */
  private @Nullable ByteBuf assembly;

  private final MessageDeadline deadline = new MessageDeadline(this::late);
  private boolean failed;

  /**
   * @param mustBeMasked true on the side of the server
   * @param limits see {@link TagTable#maxMessageBytes}
   */
  FrameReader(boolean mustBeMasked, IntBinaryOperator limits) {
    this.mustBeMasked = mustBeMasked;
    this.limits = limits;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (failed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      step(ctx, in, out);
    } catch (WsException | TooLargeException e) {
      fail(ctx, e);
      in.skipBytes(in.readableBytes());
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    forget();
  }

  /** Refuses the kinds of message that gossip does not have. */
  void begin(int opcode) {
    if (opcode == FrameHeader.TEXT) {
      throw WsException.protocol("text frame");
    }
  }

  /** What is fired for a message; {@code message} belongs to the result. */
  Object complete(int opcode, ByteBuf message) {
    if (message.readableBytes() < Tag.LENGTH) {
      message.release();
      throw WsException.protocol("message without a tag");
    }
    return message;
  }

  private void step(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    FrameHeader current = frame;
    if (current == null) {
      current = FrameHeader.read(in, mustBeMasked);
      if (current == null) {
        return;
      }
      if (!current.isControl()) {
        accept(current);
      }
      frame = current;
      unmasked = 0;
    }
    if (!current.isControl()) {
      checkHead(in, current);
    }
    if (in.readableBytes() < current.payload()) {
      deadline.start(ctx);
      return;
    }
    int length = (int) current.payload();
    unmask(in, current, length);
    frame = null;
    if (current.isControl()) {
      out.add(ControlFrame.read(current.opcode(), in, length));
    } else {
      payload(ctx, current.last(), in.readRetainedSlice(length), out);
    }
    if (assembly == null) {
      deadline.stop();
    }
  }

  /** Judges a data frame by its header alone. */
  private void accept(FrameHeader next) {
    boolean continues = next.opcode() == FrameHeader.CONTINUATION;
    if (continues != (assembly != null)) {
      throw WsException.protocol(
          continues ? "continuation of nothing" : "new message inside a fragmented one");
    }
    if (!continues) {
      begin(next.opcode());
      opcode = next.opcode();
      head = 0;
      known = 0;
      limit = limits.applyAsInt(head, known);
      fragments = 0;
    }
    if (++fragments > MAX_FRAGMENTS) {
      throw WsException.policy("message of more than " + MAX_FRAGMENTS + " fragments");
    }
    checkLength(next);
  }

  private void checkLength(FrameHeader next) {
    if (next.payload() > limit - assembled()) {
      throw new TooLargeException(head, next.payload() + assembled(), limit);
    }
  }

  /** The head may lie across fragments: its bytes count from the start of the message. */
  private void checkHead(ByteBuf in, FrameHeader current) {
    if (known == TagTable.HEAD_BYTES) {
      return;
    }
    int before = assembled();
    long arrived = before + Math.min(current.payload(), in.readableBytes());
    int now = (int) Math.min(TagTable.HEAD_BYTES, arrived);
    if (now == known) {
      return;
    }
    unmask(in, current, now - before);
    for (int i = known; i < now; i++) {
      int value = in.getUnsignedByte(in.readerIndex() + i - before);
      head |= value << (Byte.SIZE * (TagTable.HEAD_BYTES - 1 - i));
    }
    known = now;
    limit = limits.applyAsInt(head, known);
    checkLength(current);
  }

  private int assembled() {
    return assembly == null ? 0 : assembly.readableBytes();
  }

  private void unmask(ByteBuf in, FrameHeader current, int upTo) {
    if (current.masked() && upTo > unmasked) {
      int from = in.readerIndex() + unmasked;
      Mask.apply(in, from, upTo - unmasked, current.mask(), unmasked);
      unmasked = upTo;
    }
  }

  private void payload(ChannelHandlerContext ctx, boolean last, ByteBuf part, List<Object> out) {
    ByteBuf pieces = assembly;
    if (pieces == null && last) {
      out.add(complete(opcode, part));
      return;
    }
    if (pieces == null) {
      pieces = ctx.alloc().buffer(part.readableBytes());
      assembly = pieces;
      deadline.start(ctx);
    }
    pieces.writeBytes(part);
    part.release();
    if (last) {
      assembly = null;
      out.add(complete(opcode, pieces));
    }
  }

  private void late(ChannelHandlerContext ctx, String what) {
    fail(ctx, WsException.slow(what));
  }

  private void fail(ChannelHandlerContext ctx, RuntimeException reason) {
    failed = true;
    forget();
    ctx.fireExceptionCaught(reason);
  }

  private void forget() {
    deadline.stop();
    if (assembly != null) {
      assembly.release();
      assembly = null;
    }
  }
}
