package dev.twine.p2p;

import dev.twine.gossip.BadMessageException;
import dev.twine.gossip.Loops;
import dev.twine.gossip.Permit;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.TransportContext;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.Registration;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handshake on one gossip stream, whoever opened it: the end that dialled the connection speaks
 * first. In the turn that ends it the session is opened, and what came behind goes to it.
 *
 * <p>Lives on the stream's loop, but for {@link #abort}.
 */
final class Handshake extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

  private final Link link;
  private final TransportContext context;
  private final boolean openedHere;
  private final boolean dialled;
  private volatile @Nullable ChannelHandlerContext here;
  private volatile @Nullable CompletableFuture<StreamChannel> opening;
  private volatile @Nullable Refusal aborted;
  private @Nullable Permit permit;
  private Registration timer = () -> {};
  private boolean legacy;
  private boolean done;

  Handshake(Link link, boolean openedHere) {
    this.link = link;
    this.context = link.streams().context();
    this.openedHere = openedHere;
    this.dialled = link.connection().initiator();
  }

  /** The stream is being opened; cancelling gives it up. */
  void opening(CompletableFuture<StreamChannel> stream) {
    opening = stream;
    if (aborted != null) {
      stream.cancel(true);
    }
  }

  /** Any thread: nobody wants the session any more. */
  void abort(Refusal reason) {
    aborted = reason;
    ChannelHandlerContext ctx = here;
    CompletableFuture<StreamChannel> stream = opening;
    if (ctx != null) {
      Loops.run(ctx.channel(), () -> refuse(ctx, reason));
    } else if (stream != null) {
      stream.cancel(true);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    here = ctx;
    Refusal given = aborted;
    Permit admitted = given == null ? context.admit(ip(), direction()).orElse(null) : null;
    if (admitted == null) {
      refuse(ctx, given == null ? DialStep.NO_ROOM : given);
      return;
    }
    permit = admitted;
    timer = context
        .clock()
        .schedule(
            context.limits().sessions().handshake(),
            () -> Loops.run(ctx.channel(), () -> late(ctx)));
    legacy = GossipStreams.V1.equals(ctx.channel().attr(StreamChannel.PROTOCOL).get());
    if (dialled) {
      speak(ctx);
      if (legacy) {
        open(ctx, Metainfo.LEGACY);
      }
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (done) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      Metainfo theirs = legacy ? MetainfoCodec.readLegacy(in) : MetainfoCodec.read(in);
      if (theirs != null) {
        judge(ctx, theirs);
      }
    } catch (BadMessageException e) {
      count("metainfo");
      String what = "the peer's metainfo is malformed (" + e.getMessage() + ")";
      refuse(ctx, DialStep.HANDSHAKE.refused(Code.REFUSED, what, null));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    super.userEventTriggered(ctx, event);
    if (event instanceof ChannelInputShutdownEvent) {
      declined(ctx, DialStep.ENDED);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (done) {
      ctx.fireExceptionCaught(cause);
    } else {
      declined(ctx, DialStep.HANDSHAKE.failed(cause));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    declined(ctx, DialStep.ENDED);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    declined(ctx, DialStep.ENDED);
  }

  private void speak(ChannelHandlerContext ctx) {
    ByteBuf own = legacy
        ? MetainfoCodec.legacy(ctx.alloc())
        : MetainfoCodec.write(Metainfo.of(context.local()), ctx.alloc());
    ctx.writeAndFlush(own);
  }

  /** Answers before it judges, so that the other end can tell what does not fit. */
  private void judge(ChannelHandlerContext ctx, Metainfo theirs) {
    if (!dialled && !legacy) {
      speak(ctx);
    }
    Refusal misfit = legacy ? null : theirs.misfit(context.local());
    if (misfit == null) {
      open(ctx, theirs);
      return;
    }
    count(misfit.code() == Code.NETWORK_MISMATCH ? "network" : "version");
    end(misfit);
    ctx.close();
  }

  private void open(ChannelHandlerContext ctx, Metainfo theirs) {
    done = true;
    timer.close();
    var stream = (StreamChannel) ctx.channel();
    // Lanes and the queues of peers bound what a node sends, and one message may go to all of them.
    stream.config().setOption(StreamChannel.SHARED_WRITES, true);
    var session = new StreamSession(context.limits().liveness().dead());
    ctx.pipeline().addLast(new FrameReader(context.tags()::maxMessageBytes), session);
    try {
      Permit taken = Objects.requireNonNull(permit);
      permit = null;
      var terms = new StreamTerms(link, theirs, openedHere);
      SessionHandle handle = context.open(stream, terms.build(session, taken));
      session.opened(handle);
      link.opened(this, handle);
      ctx.pipeline().remove(this);
    } catch (TwineException e) {
      String what = e.what() + ", " + e.value() + ",";
      link.failed(this, DialStep.HANDSHAKE.refused(e.code(), what, e.remedy()));
      ctx.close();
    } catch (RuntimeException e) {
      LOG.warn("cannot open a session with {}", link.connection(), e);
      link.failed(this, DialStep.HANDSHAKE.refused(Code.REFUSED, "this node failed", null));
      stream.reset();
    }
  }

  private void late(ChannelHandlerContext ctx) {
    if (!done) {
      count("slow-handshake");
      refuse(ctx, DialStep.HANDSHAKE.late());
    }
  }

  /** Gives the stream up; harmless when the handshake is over. */
  private void refuse(ChannelHandlerContext ctx, Refusal reason) {
    if (!done) {
      end(reason);
      ((StreamChannel) ctx.channel()).reset();
    }
  }

  /** The other end gave the stream up. */
  private void declined(ChannelHandlerContext ctx, Refusal reason) {
    if (!done) {
      finish();
      link.declined(this, reason);
      ((StreamChannel) ctx.channel()).reset();
    }
  }

  private void end(Refusal reason) {
    finish();
    link.failed(this, reason);
  }

  private void finish() {
    done = true;
    timer.close();
    if (permit != null) {
      permit.close();
    }
  }

  /** Of what this node dialled itself, its dial tells. */
  private void count(String reason) {
    if (!dialled) {
      context.refused(link.connection().remoteAddress().toString(), reason);
    }
  }

  private InetAddress ip() {
    return link.connection().remoteAddress().ip().orElseGet(InetAddress::getLoopbackAddress);
  }

  private Direction direction() {
    return dialled ? Direction.OUT : Direction.IN;
  }
}
