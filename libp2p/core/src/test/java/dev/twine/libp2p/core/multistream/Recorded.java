package dev.twine.libp2p.core.multistream;

import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down how a negotiation ends and what the protocol behind it sees. */
final class Recorded implements NegotiationOutcome {
  final List<String> events = new ArrayList<>();

  @Nullable
  Libp2pException failure;

  /** What the protocol writes as soon as it is selected; empty for nothing. */
  String greeting = "";

  @Override
  public void selected(ChannelHandlerContext ctx, String protocol) {
    events.add("selected " + protocol);
    ctx.pipeline().addLast(application());
    if (!greeting.isEmpty()) {
      ctx.pipeline().write(Wire.bytes(greeting));
    }
  }

  @Override
  public void failed(ChannelHandlerContext ctx, Libp2pException reason) {
    events.add("failed " + reason.reason());
    failure = reason;
  }

  /** The protocol. */
  ChannelInboundHandlerAdapter application() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        events.add("read " + bytes.toString(StandardCharsets.UTF_8));
        bytes.release();
      }

      @Override
      public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        events.add(event.getClass().getSimpleName());
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        events.add("caught " + ((Libp2pException) cause).reason());
      }

      @Override
      public void channelInactive(ChannelHandlerContext ctx) {
        events.add("inactive");
      }
    };
  }
}
