package dev.twine.libp2p.core;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/** Counts the reads that a channel is asked for. */
public final class Reads extends ChannelOutboundHandlerAdapter {
  public int count;

  @Override
  public void read(ChannelHandlerContext ctx) {
    count++;
    ctx.read();
  }
}
