package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes in binary WebSocket frames. Frames are no messages here: payloads are passed on as
 * they come, so a frame may be of any length and none of it is held back.
 *
 * <p>Pings are answered while the channel is writable; a peer that sends them faster than it reads
 * gets fewer answers. A broken frame is fired as a {@link Libp2pException}
 * before the channel closes.
 */
final class WsBytes extends ByteToMessageDecoder implements ChannelOutboundHandler {
  private static final int NORMAL = 1000;
  private static final int PROTOCOL_ERROR = 1002;

  private final boolean client;
  private final WsMask masks = new WsMask();

  /** The frame whose payload is coming. */
  private @Nullable WsFrame frame;

  /** How much of it has come. */
  private long received;

  private boolean inMessage;
  private boolean closed;

  WsBytes(boolean client) {
    this.client = client;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (closed) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      step(ctx, in, out);
    } catch (Libp2pException broken) {
      in.skipBytes(in.readableBytes());
      goodbye(ctx, PROTOCOL_ERROR);
      ctx.fireExceptionCaught(broken);
      ctx.close();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf payload)) {
      ctx.write(message, promise);
      return;
    }
    if (closed) {
      payload.release();
      promise.tryFailure(new java.nio.channels.ClosedChannelException());
      return;
    }
    write(ctx, WsFrame.BINARY, payload, promise);
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!closed && ctx.channel().isActive()) {
      goodbye(ctx, NORMAL);
    }
    ctx.close(promise);
  }

  private void step(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    WsFrame current = frame;
    if (current == null) {
      current = WsFrame.read(in, !client);
      if (current == null) {
        return;
      }
      begin(current);
    }
    if (current.isControl()) {
      if (in.readableBytes() >= current.length()) {
        ByteBuf payload = take(in, current, (int) current.length());
        frame = null;
        control(ctx, current.opcode(), payload);
      }
      return;
    }
    int part = (int) Math.min(current.length() - received, in.readableBytes());
    if (part > 0) {
      out.add(take(in, current, part));
    }
    if (received == current.length()) {
      frame = null;
      inMessage = !current.last();
    }
  }

  private void begin(WsFrame next) {
    boolean continues = next.opcode() == WsFrame.CONTINUATION;
    if (!next.isControl() && continues != inMessage) {
      throw WsFrame.broken("fragments", continues ? "of no message" : "of two messages mixed");
    }
    frame = next;
    received = 0;
  }

  /** The buffer is ours alone: it comes from the socket or from TLS. */
  private ByteBuf take(ByteBuf in, WsFrame current, int length) {
    if (current.masked()) {
      WsMask.apply(in, in.readerIndex(), length, current.mask(), received);
    }
    received += length;
    return in.readRetainedSlice(length);
  }

  private void control(ChannelHandlerContext ctx, int opcode, ByteBuf payload) {
    if (opcode == WsFrame.PING && ctx.channel().isWritable()) {
      write(ctx, WsFrame.PONG, payload, ctx.newPromise());
      ctx.flush();
      return;
    }
    payload.release();
    if (opcode == WsFrame.CLOSE) {
      goodbye(ctx, NORMAL);
      ctx.close();
    }
  }

  private void goodbye(ChannelHandlerContext ctx, int code) {
    closed = true;
    ByteBuf body = ctx.alloc().buffer(Short.BYTES).writeShort(code);
    write(ctx, WsFrame.CLOSE, body, ctx.newPromise());
    ctx.flush();
  }

  private void write(ChannelHandlerContext ctx, int opcode, ByteBuf payload, ChannelPromise done) {
    int length = payload.readableBytes();
    int mask = client ? masks.next() : 0;
    var header = new WsFrame(true, opcode, client, mask, length);
    if (!client) {
      ByteBuf head = ctx.alloc().buffer(WsFrame.MAX_HEADER);
      header.write(head);
      ctx.write(head).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      ctx.write(payload, done);
      return;
    }
    // A copy, for others may hold the buffer too.
    ByteBuf whole = ctx.alloc().buffer(WsFrame.MAX_HEADER + length);
    header.write(whole);
    int at = whole.writerIndex();
    whole.writeBytes(payload);
    ReferenceCountUtil.release(payload);
    WsMask.apply(whole, at, length, mask, 0);
    ctx.write(whole, done);
  }

  @Override
  public void bind(ChannelHandlerContext ctx, SocketAddress local, ChannelPromise promise) {
    ctx.bind(local, promise);
  }

  @Override
  public void connect(
      ChannelHandlerContext ctx,
      SocketAddress remote,
      SocketAddress local,
      ChannelPromise promise) {
    ctx.connect(remote, local, promise);
  }

  @Override
  public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
    ctx.disconnect(promise);
  }

  @Override
  public void deregister(ChannelHandlerContext ctx, ChannelPromise promise) {
    ctx.deregister(promise);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    ctx.read();
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    ctx.flush();
  }
}
