package dev.twine.interop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;

/**
 * The dialling end of an echo: one byte first, which shows that both ends have the stream open, then
 * as many as wanted, which have to come back unchanged.
 */
final class EchoCall extends ChannelInboundHandlerAdapter {
  private static final byte FIRST = 42;

  private final Pattern pattern;
  private final MessageDigest received = Pattern.sha256();
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private long receivedBytes;
  private boolean proceeding;

  EchoCall(long bytes) {
    pattern = new Pattern(bytes);
  }

  CompletableFuture<Void> opened() {
    return opened;
  }

  CompletableFuture<Void> finished() {
    return finished;
  }

  /** Sends the first byte; on the event loop. */
  void begin(ChannelHandlerContext context) {
    context.writeAndFlush(context.alloc().buffer(1).writeByte(FIRST));
  }

  /** Sends the rest; on the event loop. */
  void proceed(ChannelHandlerContext context) {
    proceeding = true;
    pattern.write(context);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (proceeding) {
      pattern.write(context);
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    try {
      if (!opened.isDone() && data.isReadable()) {
        byte first = data.readByte();
        if (first != FIRST) {
          fail(context, new PeerFailure("first byte " + first, null));
          return;
        }
        opened.complete(null);
      }
      receivedBytes += data.readableBytes();
      Pattern.digest(received, data);
    } finally {
      data.release();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      if (MessageDigest.isEqual(pattern.digest(), received.digest())) {
        finished.complete(null);
        context.close();
      } else {
        fail(
            context,
            new PeerFailure(
                "the echo differs: " + receivedBytes + " of " + pattern.written() + " bytes",
                null));
      }
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(context, new PeerFailure("the stream was closed", null));
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(context, cause);
  }

  private void fail(ChannelHandlerContext context, Throwable cause) {
    opened.completeExceptionally(cause);
    finished.completeExceptionally(cause);
    context.close();
  }
}
