package dev.twine.libp2p.core.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** What a stream's pipeline was told. */
final class Collector extends ChannelInboundHandlerAdapter {
  final List<Throwable> failures = new ArrayList<>();
  final List<Boolean> writability = new ArrayList<>();
  final CRC32C checksum = new CRC32C();
  long bytes;
  int reads;
  int readCompletes;
  boolean ended;
  boolean active;
  boolean inactive;

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    active = true;
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var data = (ByteBuf) message;
    bytes += data.readableBytes();
    reads++;
    checksum.update(data.nioBuffer());
    data.release();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readCompletes++;
    ctx.fireChannelReadComplete();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ended |= event == ChannelInputShutdownEvent.INSTANCE;
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    writability.add(ctx.channel().isWritable());
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failures.add(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    inactive = true;
    ctx.fireChannelInactive();
  }
}
