package dev.twine.gossip;

import dev.twine.network.Tag;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's end of a session's pipeline: what comes in goes to the part that it concerns. */
final class SessionHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);

  private final Session session;
  private final Core core;
  private final Dispatcher dispatcher;

  SessionHandler(Session session, Core core, Dispatcher dispatcher) {
    this.session = session;
    this.core = core;
    this.dispatcher = dispatcher;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof ByteBuf bytes && session.isOpen()) {
        read(bytes);
      }
    } catch (BadMessageException e) {
      core.counters().refused("bad-data");
      session.close(CloseReason.of(CloseReason.Kind.BAD_DATA, String.valueOf(e.getMessage())));
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void read(ByteBuf bytes) {
    int size = bytes.readableBytes();
    session.heard(size, core.clock().nanoTime());
    session.inflow.arrived(size);
    if (size < Tag.LENGTH) {
      throw new BadMessageException("message without a tag");
    }
    dispatcher.dispatch(session, bytes.readUnsignedShort(), bytes);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SessionSignal.Pong pong) {
      long now = core.clock().nanoTime();
      session.heard(0, now);
      session.pings.pong(pong.id(), now);
    } else if (event instanceof SessionSignal.RemoteClosed closed) {
      session.close(CloseReason.of(CloseReason.Kind.REMOTE_CLOSED, closed.reason()));
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    session.close(CloseReason.of(CloseReason.Kind.REMOTE_CLOSED));
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof TooLargeException) {
      core.counters().refused("too-large");
      session.close(CloseReason.of(CloseReason.Kind.TOO_LARGE, String.valueOf(cause.getMessage())));
    } else if (cause instanceof BadMessageException) {
      core.counters().refused("bad-data");
      session.close(CloseReason.of(CloseReason.Kind.BAD_DATA, String.valueOf(cause.getMessage())));
    } else {
      if (!(cause instanceof IOException)) {
        LOG.warn("session {} failed", session.ref, cause);
      }
      session.close(CloseReason.of(CloseReason.Kind.IO_ERROR, String.valueOf(cause.getMessage())));
    }
  }
}
