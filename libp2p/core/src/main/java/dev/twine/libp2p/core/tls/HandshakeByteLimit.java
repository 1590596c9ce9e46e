package dev.twine.libp2p.core.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * Stops reading when a peer has sent more than any handshake takes and ours is not over. A client
 * may send data right behind its part, so that is no offence; reading goes on after the handshake,
 * and if that never comes the deadline closes the connection.
 */
final class HandshakeByteLimit extends ChannelDuplexHandler {
  static final int MAX_BYTES = 64 * 1024;

  private long received;
  private boolean readHeld;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      received += bytes.readableBytes();
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (received > MAX_BYTES) {
      readHeld = true;
    } else {
      ctx.read();
    }
  }

  /** The handshake is over. */
  void lift(ChannelHandlerContext any) {
    any.pipeline().remove(this);
    if (readHeld) {
      any.channel().read();
    }
  }
}
