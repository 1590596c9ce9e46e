package dev.twine.libp2p.core.wire;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a stream of messages, each with its length as a varint in front, into one {@link ByteBuf}
 * per message, which the next handler owns.
 *
 * <p>The length is judged as soon as it is known: nothing is kept of a message above the limit. Such
 * a message, or a malformed length, is fired once as a {@link Libp2pException}, and all that follows
 * is thrown away. The handler behind decides about the stream.
 */
public final class LengthPrefixedDecoder extends ByteToMessageDecoder {
  private static final int UNKNOWN = -1;

  private final int maxMessage;

  /** The length of the message that is awaited. */
  private int length = UNKNOWN;

  private boolean failed;

  /**
   * For one stream.
   *
   * @param maxMessage largest message in bytes, without its length
   */
  public LengthPrefixedDecoder(int maxMessage) {
    if (maxMessage < 1) {
      throw new IllegalArgumentException("message limit out of range: " + maxMessage + ": above 0");
    }
    this.maxMessage = maxMessage;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (failed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      ByteBuf message = next(in);
      if (message != null) {
        out.add(message);
      }
    } catch (Libp2pException e) {
      failed = true;
      in.skipBytes(in.readableBytes());
      ctx.fireExceptionCaught(e);
    }
  }

  /** Whether the input may end here: not inside a message. */
  public boolean isBetweenMessages() {
    return length == UNKNOWN && internalBuffer().readableBytes() == 0;
  }

  private @Nullable ByteBuf next(ByteBuf in) {
    if (length == UNKNOWN) {
      long announced = Varint.read(in);
      if (announced > maxMessage) {
        throw new Libp2pException(
            FailureReason.PROTOCOL_ERROR,
            "message too long",
            announced + " bytes",
            "at most " + maxMessage + " are accepted");
      }
      length = (int) announced;
    }
    if (length == UNKNOWN || in.readableBytes() < length) {
      return null;
    }
    ByteBuf message = in.readRetainedSlice(length);
    length = UNKNOWN;
    return message;
  }
}
