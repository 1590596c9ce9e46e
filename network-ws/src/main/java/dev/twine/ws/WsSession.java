package dev.twine.ws;

import dev.twine.gossip.CloseReason;
import dev.twine.gossip.SessionControl;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.SessionSignal;
import dev.twine.http.Farewell;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The control side of one WebSocket session, between its {@link FrameReader} and the engine: answers
 * pings, reports pongs and closes, and closes with a code that says why. Used on its loop only.
 */
final class WsSession extends ChannelInboundHandlerAdapter implements SessionControl {
  private final boolean masked;
  private final boolean twine1;
  private final PongBudget pongs = new PongBudget();

  private @Nullable SessionHandle handle;
  private @Nullable WsException violation;
  private byte @Nullable [] owedPong;
  private boolean pongScheduled;
  private boolean closing;

  /**
   * @param masked whether frames to the other end are masked: true on the side that dialled
   * @param twine1 whether the other end understands why we close
   */
  WsSession(boolean masked, boolean twine1) {
    this.masked = masked;
    this.twine1 = twine1;
  }

  /** Gives the session that protocol errors are reported to. */
  void opened(SessionHandle session) {
    handle = session;
  }

  @Override
  public void ping(Channel channel, long id) {
    if (!closing) {
      byte[] payload = ByteBuffer.allocate(Long.BYTES).putLong(id).array();
      write(channel, new ControlFrame.Ping(payload));
    }
  }

  @Override
  public void close(Channel channel, CloseReason reason) {
    if (closing) {
      return;
    }
    WsException broken = violation;
    var frame = broken == null ? CloseFrames.of(reason, twine1) : CloseFrames.of(broken);
    ChannelFuture said = sendClose(channel, frame);
    if (broken != null || reason.kind() == CloseReason.Kind.TOO_LARGE) {
      // No frame is read any more, so there is no answer to wait for.
      Farewell.after(said);
    } else {
      Farewell.closeLater(channel);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ControlFrame frame) {
      control(ctx, frame);
    } else if (closing) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    payPong(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof WsException broken)) {
      ctx.fireExceptionCaught(cause);
      return;
    }
    violation = broken;
    CloseReason reason = broken.closeReason();
    if (handle == null) {
      close(ctx.channel(), reason);
    } else {
      handle.close(reason);
    }
  }

  private void control(ChannelHandlerContext ctx, ControlFrame frame) {
    if (frame instanceof ControlFrame.Ping ping) {
      owedPong = ping.payload();
      payPong(ctx);
    } else if (frame instanceof ControlFrame.Pong pong) {
      if (pong.payload().length == Long.BYTES) {
        long id = ByteBuffer.wrap(pong.payload()).getLong();
        ctx.fireUserEventTriggered(new SessionSignal.Pong(id));
      }
    } else if (frame instanceof ControlFrame.Close close) {
      remoteClosed(ctx, close);
    }
  }

  /** Answers the newest ping, at once or when there is room and budget; RFC 6455 section 5.5.3. */
  private void payPong(ChannelHandlerContext ctx) {
    byte[] payload = owedPong;
    if (payload == null || closing || pongScheduled || !ctx.channel().isWritable()) {
      return;
    }
    long wait = pongs.take(ctx.executor().ticker().nanoTime());
    if (wait > 0) {
      pongScheduled = true;
      ctx.executor().schedule(() -> payLatePong(ctx), wait, TimeUnit.NANOSECONDS);
      return;
    }
    owedPong = null;
    write(ctx.channel(), new ControlFrame.Pong(payload));
  }

  private void payLatePong(ChannelHandlerContext ctx) {
    pongScheduled = false;
    payPong(ctx);
  }

  private void remoteClosed(ChannelHandlerContext ctx, ControlFrame.Close close) {
    String reason = PlainText.of(close.reason(), FrameHeader.MAX_CONTROL_PAYLOAD);
    if (!closing) {
      int code = close.code() == CloseCode.NONE ? CloseCode.NORMAL : close.code();
      sendClose(ctx.channel(), new ControlFrame.Close(code, ""));
      ctx.fireUserEventTriggered(
          new SessionSignal.RemoteClosed(reason.isEmpty() ? "code " + close.code() : reason));
    }
    ctx.channel().close();
  }

  private ChannelFuture sendClose(Channel channel, ControlFrame.Close close) {
    closing = true;
    owedPong = null;
    return write(channel, close);
  }

  private ChannelFuture write(Channel channel, ControlFrame frame) {
    return channel
        .writeAndFlush(frame.encode(channel.alloc(), masked))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }
}
