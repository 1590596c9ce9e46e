package dev.twine.libp2p.core.upgrade;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The end of a connection's pipeline: learns why the connection ends. */
final class ConnectionTail extends ChannelInboundHandlerAdapter {
  static final String NAME = "libp2p-connection";

  /** Told of what breaks the upgrade; null for a plain end. */
  private final Consumer<@Nullable Throwable> upgradeFailed;

  private @Nullable MuxedConnection connection;

  ConnectionTail(Consumer<@Nullable Throwable> upgradeFailed) {
    this.upgradeFailed = upgradeFailed;
  }

  /** The upgrade is complete. */
  void connection(MuxedConnection upgraded) {
    this.connection = upgraded;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    // Nothing gets here while a multiplexer is in place.
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    MuxedConnection upgraded = connection;
    if (upgraded == null) {
      upgradeFailed.accept(cause);
    } else {
      upgraded.broken(cause);
    }
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    MuxedConnection upgraded = connection;
    if (upgraded == null) {
      upgradeFailed.accept(null);
    } else {
      upgraded.ended();
    }
  }
}
