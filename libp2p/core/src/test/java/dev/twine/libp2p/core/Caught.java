package dev.twine.libp2p.core;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;

/** Keeps the failures that reach the end of a pipeline. */
public final class Caught extends ChannelInboundHandlerAdapter {
  public final List<Throwable> all = new ArrayList<>();

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    all.add(cause);
  }
}
