package dev.twine.libp2p.core.noise;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects writes and packs them into as few Noise messages as they fit in.
 *
 * <p>A full message is sealed and written at once; less than that waits for {@link #drain}. So at
 * most {@link #MAX_TEXT} bytes are where the channel's writability does not see them. The text is
 * gathered in an array of the thread and sealed there, because the ciphers of JCE want arrays, and
 * copied once more into the direct buffer that the socket wants.
 */
final class FrameSealer {
  /** The longest Noise message without its tag. */
  static final int MAX_TEXT = 65_535 - Aead.TAG_BYTES;

  private static final int HEADER_BYTES = FrameOpener.HEADER_BYTES;

  private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
    @Override
    protected byte[] initialValue() {
      return new byte[HEADER_BYTES + MAX_TEXT + Aead.TAG_BYTES];
    }
  };

  private record Write(ByteBuf bytes, ChannelPromise promise) {}

  private final CipherState outbound;
  private final ArrayDeque<Write> waiting = new ArrayDeque<>();
  private final List<ChannelPromise> completed = new ArrayList<>();
  private int waitingCost;

  FrameSealer(CipherState outbound) {
    this.outbound = outbound;
  }

  /**
   * Takes the buffer over; writes if a message is full.
   *
   * @throws NoiseException if nothing more can be sealed: the connection has to end
   */
  void add(ChannelHandlerContext ctx, ByteBuf bytes, ChannelPromise promise) {
    waiting.add(new Write(bytes, promise));
    // An empty buffer counts too, so that there is a bound to their number.
    waitingCost += Math.max(1, bytes.readableBytes());
    while (waitingCost >= MAX_TEXT) {
      writeOne(ctx);
    }
  }

  /**
   * Writes all that waits.
   *
   * @throws NoiseException if nothing more can be sealed: the connection has to end
   */
  void drain(ChannelHandlerContext ctx) {
    while (!waiting.isEmpty()) {
      writeOne(ctx);
    }
  }

  /** Releases all that waits, and fails its promises: the channel is closed. */
  void close() {
    waitingCost = 0;
    if (waiting.isEmpty()) {
      return;
    }
    var cause = new ClosedChannelException();
    for (Write write = waiting.poll(); write != null; write = waiting.poll()) {
      write.bytes.release();
      if (!write.promise.isVoid()) {
        write.promise.tryFailure(cause);
      }
    }
  }

  private void writeOne(ChannelHandlerContext ctx) {
    byte[] scratch = SCRATCH.get();
    int text = gather(scratch);
    ChannelPromise promise = takeCompleted(ctx);
    if (text == 0) {
      ctx.write(Unpooled.EMPTY_BUFFER, promise);
      return;
    }
    int sealed;
    try {
      sealed = outbound.apply(scratch, HEADER_BYTES, text);
    } catch (NoiseException e) {
      if (!promise.isVoid()) {
        promise.tryFailure(e);
      }
      throw e;
    }
    scratch[0] = (byte) (sealed >>> 8);
    scratch[1] = (byte) sealed;
    int frame = HEADER_BYTES + sealed;
    ctx.write(ctx.alloc().directBuffer(frame).writeBytes(scratch, 0, frame), promise);
  }

  /** Moves as much text as fits behind the header; remembers whose text is complete. */
  private int gather(byte[] scratch) {
    int text = 0;
    Write write = waiting.peek();
    while (write != null && text < MAX_TEXT) {
      int count = Math.min(write.bytes.readableBytes(), MAX_TEXT - text);
      waitingCost -= Math.max(1, count);
      write.bytes.readBytes(scratch, HEADER_BYTES + text, count);
      text += count;
      if (!write.bytes.isReadable()) {
        waiting.remove();
        write.bytes.release();
        completed.add(write.promise);
      }
      write = waiting.peek();
    }
    return text;
  }

  /** One promise that stands for those of all writes that end in this message. */
  private ChannelPromise takeCompleted(ChannelHandlerContext ctx) {
    boolean anyVoid = completed.removeIf(ChannelPromise::isVoid);
    if (completed.size() == 1) {
      return completed.remove(0);
    }
    if (completed.isEmpty()) {
      // A void promise that nobody passed in would report failures to nobody's handler.
      return anyVoid ? ctx.voidPromise() : ctx.newPromise();
    }
    ChannelPromise[] all = completed.toArray(ChannelPromise[]::new);
    completed.clear();
    ChannelPromise together = ctx.newPromise();
    together.addListener(future -> {
      for (ChannelPromise one : all) {
        if (future.isSuccess()) {
          one.trySuccess();
        } else {
          one.tryFailure(future.cause());
        }
      }
    });
    return together;
  }
}
