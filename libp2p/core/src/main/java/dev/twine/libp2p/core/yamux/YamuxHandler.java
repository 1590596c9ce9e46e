package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.StreamAcceptor;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads frames and sends each to its stream; answers pings and notices a silent peer. */
final class YamuxHandler extends ChannelDuplexHandler {
  private final boolean initiator;
  private final MuxerConfig config;
  private final StreamAcceptor acceptor;
  private final FrameReader reader = new FrameReader();
  private @Nullable YamuxSession session;
  private @Nullable Future<?> ticking;
  private @Nullable Future<?> first;
  private @Nullable YamuxStream bodyOf;
  private boolean bodyEnds;
  private boolean heard;

  YamuxHandler(boolean initiator, MuxerConfig config, StreamAcceptor acceptor) {
    this.initiator = initiator;
    this.config = config;
    this.acceptor = acceptor;
  }

  /** Only after the handler was added. */
  YamuxSession session() {
    return Objects.requireNonNull(session);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    var made = new YamuxSession(ctx, initiator, config, acceptor);
    session = made;
    tick();
    long every = made.pings().tickNanos();
    ticking = ctx.executor().scheduleAtFixedRate(this::tick, every, every, TimeUnit.NANOSECONDS);
    awaitFirst(config.limits().keepAlive().firstAnswer());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    end();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var in = (ByteBuf) message;
    heard = true;
    YamuxSession to = session();
    to.endOfTurn().reading();
    try {
      while (!to.isClosed() && in.isReadable()) {
        if (reader.bodyRemaining() > 0) {
          body(in);
        } else {
          FrameHeader header = reader.header(in);
          if (header != null) {
            frame(header);
          }
        }
      }
    } catch (YamuxException e) {
      to.fail(e);
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (heard) {
      heard = false;
      heardOnce();
      session().pings().heard(session().nowNanos());
    }
    session().endOfTurn().readCompleted();
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      session().endOfTurn().soon();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    session().close();
    ctx.close(promise);
  }

  private void frame(FrameHeader header) {
    switch (header.type()) {
      case PING -> session().pinged(header);
      case GO_AWAY -> goAway(header.length());
      case DATA, WINDOW_UPDATE -> streamFrame(header);
    }
  }

  private void streamFrame(FrameHeader header) {
    YamuxSession of = session();
    if (header.bodyLength() > config.limits().streams().frameBytes()) {
      throw new YamuxException(
          Offence.WINDOW_EXCEEDED, "frame of " + header.bodyLength() + " bytes");
    }
    bodyOf = null;
    YamuxStream stream;
    if (header.has(FrameHeader.SYN)) {
      if (header.bodyLength() > SendWindow.INITIAL) {
        throw new YamuxException(
            Offence.WINDOW_EXCEEDED, "stream opened with " + header.bodyLength() + " bytes");
      }
      stream = of.opener().accept(header);
    } else {
      stream = of.streams().find(header.streamId());
    }
    if (stream == null) {
      late(header);
      return;
    }
    stream.frame(header);
    if (header.bodyLength() > 0) {
      bodyOf = stream;
      bodyEnds = header.has(FrameHeader.FIN);
    }
  }

  private void body(ByteBuf in) {
    int length = reader.body(in);
    YamuxStream stream = bodyOf;
    boolean ends = bodyEnds && reader.bodyRemaining() == 0;
    if (stream != null && stream.isOpen()) {
      stream.input().data(in, length);
    } else {
      in.skipBytes(length);
    }
    if (stream == null || !ends) {
      return;
    }
    if (stream.isOpen()) {
      stream.input().end();
    } else {
      session().streams().forget(stream.number());
    }
  }

  /** For a stream that is closed here: dropped, but who still sends data is told to stop. */
  private void late(FrameHeader header) {
    YamuxSession of = session();
    int id = header.streamId();
    if (header.has(FrameHeader.FIN) || header.has(FrameHeader.RST)) {
      of.streams().forget(id);
    } else if (header.bodyLength() > 0 && of.streams().forget(id)) {
      of.frames().control(FrameType.WINDOW_UPDATE, FrameHeader.RST, id, 0);
      of.endOfTurn().soon();
    }
  }

  private void goAway(long code) {
    if (code == GoAwayCode.NORMAL.wire()) {
      session().opener().peerGoesAway();
    } else {
      session().fail(Failures.goneAway(code), null);
    }
  }

  private void tick() {
    YamuxSession of = session();
    long now = of.nowNanos();
    of.memory().settle();
    of.sharedMemory().settle();
    if (!of.ctx().channel().config().isAutoRead()) {
      of.pings().heard(now);
    }
    switch (of.pings().tick(now)) {
      case SEND_PING -> of.ping(now);
      case GIVE_UP -> {
        giveUp("keepAlive", config.limits().keepAlive().deadAfter());
      }
      case NOTHING -> {}
    }
  }

  private void awaitFirst(Duration limit) {
    first =
        session().loop().schedule(() -> missFirst(limit), limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Who does not read does not blame the peer. */
  private void missFirst(Duration limit) {
    if (session().ctx().channel().config().isAutoRead()) {
      giveUp("keepAlive.firstAnswer", limit);
    } else {
      awaitFirst(limit);
    }
  }

  private void heardOnce() {
    if (first != null) {
      first.cancel(false);
      first = null;
    }
  }

  private void giveUp(String counter, Duration silence) {
    config.refusals().count(counter);
    session().fail(Failures.silent(silence), null);
  }

  private void end() {
    heardOnce();
    if (ticking != null) {
      ticking.cancel(false);
    }
    session().ended();
  }
}
