package dev.twine.libp2p.core.noise;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one handshake and then puts the {@link NoiseCodec} in its place. Lets nothing through in
 * either direction; once failed, drops what still arrives.
 */
final class NoiseHandshakeHandler extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(NoiseHandshakeHandler.class);

  private static final int HEADER_BYTES = 2;

  /** A payload, two keys, and the tags around them. */
  static final int MAX_MESSAGE = HandshakePayload.MAX_BYTES + 2 * X25519Key.BYTES + 32;

  /**
   * An initiator may send data right behind its last message. While we compute nothing is read, so
   * more than one read loop's worth (16 reads of 64 KiB) cannot come from an honest transport.
   */
  static final int MAX_EARLY = 1024 * 1024 + 64 * 1024;

  private final SecureRequest request;
  private final Promise<SecuredPeer> secured;
  private final Supplier<NoiseHandshake> begin;
  private @Nullable NoiseHandshake handshake;
  private @Nullable ByteBuf received;
  private boolean computing;
  private boolean readHeld;
  private boolean over;

  /** The supplier is asked on the executor of the request. */
  NoiseHandshakeHandler(
      SecureRequest request, Promise<SecuredPeer> secured, Supplier<NoiseHandshake> begin) {
    this.request = request;
    this.secured = secured;
    this.begin = begin;
    boolean ours = secured.setUncancellable();
    assert ours;
  }

  Future<SecuredPeer> secured() {
    return secured;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (request.initiator()) {
      compute(ctx, null);
    } else {
      readOn(ctx);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (over || !(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    received = received == null
        ? bytes
        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), received, bytes);
    advance(ctx);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!over) {
      readOn(ctx);
    }
    ctx.fireChannelReadComplete();
  }

  /** Nothing may go out in the clear because somebody was too early. */
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ReferenceCountUtil.release(message);
    promise.tryFailure(new IllegalStateException("the connection is not secured yet"));
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (computing) {
      readHeld = true;
    } else {
      ctx.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(NoiseHandshake.bad("the remote side closed the connection", null));
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    fail(NoiseHandshake.bad("the handshake was taken out of the pipeline", null));
  }

  private void advance(ChannelHandlerContext ctx) {
    ByteBuf bytes = received;
    if (bytes == null) {
      return;
    }
    if (computing) {
      if (bytes.readableBytes() > MAX_EARLY) {
        fail(NoiseHandshake.bad("more than " + MAX_EARLY + " bytes before the end", null));
      }
      return;
    }
    if (bytes.readableBytes() < HEADER_BYTES) {
      return;
    }
    int length = bytes.getUnsignedShort(bytes.readerIndex());
    if (length > MAX_MESSAGE) {
      fail(NoiseHandshake.bad(
          "a message of " + length + " bytes; at most " + MAX_MESSAGE + " are accepted", null));
    } else if (bytes.readableBytes() >= HEADER_BYTES + length) {
      byte[] message = new byte[length];
      bytes.skipBytes(HEADER_BYTES).readBytes(message);
      compute(ctx, message);
    }
  }

  private void compute(ChannelHandlerContext ctx, byte @Nullable [] message) {
    computing = true;
    try {
      request.crypto().execute(() -> {
        Runnable next = step(ctx, message);
        try {
          ctx.executor().execute(next);
        } catch (RejectedExecutionException e) {
          LOG.debug("the event loop ended before a handshake did", e);
        }
      });
    } catch (RejectedExecutionException e) {
      fail(new Libp2pException(
          FailureReason.LIMIT,
          "no room for another handshake",
          "the executor for signatures is full",
          "try again later",
          e));
    }
  }

  /** On the executor, one step after the other; returns what to do on the loop. */
  private Runnable step(ChannelHandlerContext ctx, byte @Nullable [] message) {
    try {
      NoiseHandshake current = handshake;
      if (current == null) {
        current = begin.get();
        handshake = current;
      }
      NoiseHandshake.Step step = message == null ? current.start() : current.next(message);
      return () -> computed(ctx, step);
    } catch (Libp2pException e) {
      return () -> fail(e);
    } catch (RuntimeException e) {
      return () -> fail(NoiseHandshake.bad(e.toString(), e));
    }
  }

  private void computed(ChannelHandlerContext ctx, NoiseHandshake.Step step) {
    if (over) {
      return;
    }
    computing = false;
    NoiseHandshake.Result result = step.result();
    if (result != null && !admitted(result)) {
      return;
    }
    byte[] reply = step.reply();
    if (reply != null) {
      ByteBuf frame = ctx.alloc().directBuffer(HEADER_BYTES + reply.length);
      ctx.writeAndFlush(frame.writeShort(reply.length).writeBytes(reply), ctx.voidPromise());
    }
    if (over) {
      return;
    }
    if (result != null) {
      finish(ctx, result);
    } else {
      advance(ctx);
      readOn(ctx);
    }
  }

  private boolean admitted(NoiseHandshake.Result result) {
    try {
      request.offered(result.extension());
      return true;
    } catch (Libp2pException e) {
      fail(e);
      return false;
    }
  }

  private void finish(ChannelHandlerContext ctx, NoiseHandshake.Result result) {
    over = true;
    ByteBuf rest = received;
    received = null;
    var codec = new NoiseCodec(result.transport());
    ctx.pipeline().replace(this, ctx.name(), codec);
    secured.setSuccess(result.peer());
    ChannelHandlerContext next = ctx.pipeline().context(codec);
    if (next == null) {
      ReferenceCountUtil.release(rest);
      return;
    }
    if (rest != null) {
      codec.channelRead(next, rest);
      codec.channelReadComplete(next);
    }
    readOn(next);
  }

  /** Reads on unless a step is being computed; without auto-read nobody else would ask. */
  private void readOn(ChannelHandlerContext ctx) {
    if (!computing && (readHeld || !ctx.channel().config().isAutoRead())) {
      readHeld = false;
      ctx.read();
    }
  }

  private void fail(Libp2pException e) {
    if (!over) {
      over = true;
      ReferenceCountUtil.release(received);
      received = null;
      secured.setFailure(e);
    }
  }
}
