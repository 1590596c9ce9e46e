package dev.twine.libp2p.core.ping;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/** A peer whose window is used up: nothing is flushed. */
final class Holding extends ChannelOutboundHandlerAdapter {
  @Override
  public void flush(ChannelHandlerContext ctx) {}
}
