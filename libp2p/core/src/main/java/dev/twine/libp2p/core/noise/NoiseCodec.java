package dev.twine.libp2p.core.noise;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;

/**
 * A connection after its Noise handshake: plain bytes towards the program, Noise messages towards
 * the network.
 *
 * <p>What one read brings goes on as one buffer, which the next handler owns. Writes are packed when
 * they are flushed, or when they fill a message; a write's promise completes when its last byte has
 * been written. Flushes inside of a read take effect at its end, once. Anything that is not
 * authentic ends the connection: a {@link Libp2pException} goes through the pipeline, and the
 * channel is closed.
 */
final class NoiseCodec extends ChannelDuplexHandler {
  private final FrameOpener opener;
  private final FrameSealer sealer;
  private boolean reading;
  private boolean fired;
  private boolean flushAfterRead;
  private boolean broken;

  NoiseCodec(HandshakeState.Transport transport) {
    this.opener = new FrameOpener(transport.inbound());
    this.sealer = new FrameSealer(transport.outbound());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (broken || !(message instanceof ByteBuf in)) {
      ReferenceCountUtil.release(message);
      return;
    }
    reading = true;
    ByteBuf text;
    try {
      text = opener.open(ctx.alloc(), in);
    } catch (NoiseException e) {
      breakOff(ctx, e);
      return;
    } finally {
      in.release();
    }
    if (text != null) {
      fired = true;
      ctx.fireChannelRead(text);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    boolean askAgain = !fired && !broken && !ctx.channel().config().isAutoRead();
    fired = false;
    ctx.fireChannelReadComplete();
    reading = false;
    if (flushAfterRead) {
      flushAfterRead = false;
      flushNow(ctx);
    }
    if (askAgain) {
      // Whoever asked for bytes has got none: a message is still incomplete.
      ctx.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (broken || !(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(
          broken
              ? new ClosedChannelException()
              : new IllegalArgumentException(
                  "only buffers can be written, not " + message.getClass().getSimpleName()));
      return;
    }
    try {
      sealer.add(ctx, bytes, promise);
    } catch (NoiseException e) {
      breakOff(ctx, e);
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (reading) {
      flushAfterRead = true;
    } else {
      flushNow(ctx);
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (flushAfterRead) {
      flushAfterRead = false;
      flushNow(ctx);
    }
    sealer.close();
    ctx.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    letGo();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    letGo();
  }

  private void flushNow(ChannelHandlerContext ctx) {
    try {
      sealer.drain(ctx);
    } catch (NoiseException e) {
      breakOff(ctx, e);
      return;
    }
    ctx.flush();
  }

  private void breakOff(ChannelHandlerContext ctx, NoiseException e) {
    broken = true;
    letGo();
    ctx.fireExceptionCaught(new Libp2pException(
        FailureReason.PROTOCOL_ERROR,
        "the Noise connection broke",
        e.what(),
        "connect again; the bytes were changed on the way or the remote side is faulty",
        e));
    ctx.close();
  }

  private void letGo() {
    broken = true;
    opener.close();
    sealer.close();
  }
}
