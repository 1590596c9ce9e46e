package dev.twine.libp2p.core.identify;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;

/** Writes one message as soon as the stream is up and ends the stream. */
final class IdentifySender extends ChannelInboundHandlerAdapter {
  private final byte[] common;
  private final byte[] observed;
  private final CompletableFuture<Void> done;
  private boolean begun;

  IdentifySender(byte[] common, byte[] observed, CompletableFuture<Void> done) {
    this.common = common;
    this.observed = observed;
    this.done = done;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      send(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    send(ctx);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    done.completeExceptionally(cause);
    if (ctx.channel() instanceof StreamChannel stream) {
      stream.reset();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    // Too late if the close is the one that send() asked for.
    ctx.executor()
        .execute(() -> done.completeExceptionally(new Libp2pException(
            FailureReason.CLOSED, "stream ended", "identify", "the connection may be gone")));
    ctx.fireChannelInactive();
  }

  private void send(ChannelHandlerContext ctx) {
    if (begun) {
      return;
    }
    begun = true;
    int length = common.length + observed.length;
    ByteBuf out = ctx.alloc().buffer(Varint.size(length) + length);
    Varint.write(out, length);
    ctx.writeAndFlush(out.writeBytes(common).writeBytes(observed));
    ctx.close().addListener(closed -> {
      if (closed.isSuccess()) {
        done.complete(null);
      }
    });
  }
}
