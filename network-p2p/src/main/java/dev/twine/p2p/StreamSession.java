package dev.twine.p2p;

import dev.twine.gossip.CloseReason;
import dev.twine.gossip.CloseReason.Kind;
import dev.twine.gossip.SessionControl;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.SessionSignal;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.ping.Ping;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The control side of one session, between its {@link FrameReader} and the engine: pings on streams
 * beside it, and ends it. Used on its loop only.
 *
 * <p>The protocol has no words for why a session ends. A stream that is closed in order has sent what
 * was queued; one whose peer broke the rules or takes nothing is reset.
 */
final class StreamSession extends ChannelInboundHandlerAdapter implements SessionControl {
  /** How long what is queued may take to leave when the session ends. */
  private static final long FAREWELL_SECONDS = 2;

  private final Duration pingDeadline;

  /** Pings that were asked for since the last one went out; the engine bounds them. */
  private final List<Long> waiting = new ArrayList<>();

  private @Nullable SessionHandle handle;
  private boolean pinging;
  private boolean closing;

  StreamSession(Duration pingDeadline) {
    this.pingDeadline = pingDeadline;
  }

  /** Gives the session that failures of the stream are reported to. */
  void opened(SessionHandle session) {
    handle = session;
  }

  /** Peers answer few ping streams at a time, so what is asked meanwhile shares the next one. */
  @Override
  public void ping(Channel channel, long id) {
    if (!closing) {
      waiting.add(id);
      pingNext((StreamChannel) channel);
    }
  }

  @Override
  public void close(Channel channel, CloseReason reason) {
    if (closing) {
      return;
    }
    closing = true;
    waiting.clear();
    var stream = (StreamChannel) channel;
    if (isOrderly(reason.kind())) {
      var late = stream.eventLoop().schedule(stream::reset, FAREWELL_SECONDS, TimeUnit.SECONDS);
      stream.closeFuture().addListener(closed -> late.cancel(false));
      stream.close();
    } else {
      stream.reset();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.fireUserEventTriggered(new SessionSignal.RemoteClosed("the peer ended the stream"));
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof Libp2pException known)) {
      ctx.fireExceptionCaught(cause);
    } else if (handle != null) {
      handle.close(CloseReason.of(kind(known.reason()), String.valueOf(known.getMessage())));
    }
  }

  private void pingNext(StreamChannel stream) {
    if (pinging || waiting.isEmpty()) {
      return;
    }
    pinging = true;
    List<Long> ids = List.copyOf(waiting);
    waiting.clear();
    Ping.ping(stream.connection(), pingDeadline)
        .whenCompleteAsync((rtt, failure) -> answered(stream, ids, failure), stream.eventLoop());
  }

  private void answered(StreamChannel stream, List<Long> ids, @Nullable Throwable failure) {
    pinging = false;
    if (closing) {
      return;
    }
    if (failure == null || isAnswer(failure)) {
      ids.forEach(id -> stream.pipeline().fireUserEventTriggered(new SessionSignal.Pong(id)));
    }
    pingNext(stream);
  }

  /** A peer that does not know the protocol has said so, which shows as well that it is there. */
  private static boolean isAnswer(Throwable failure) {
    Throwable cause = Libp2pException.unwrap(failure);
    return cause instanceof Libp2pException known
        && known.reason() == FailureReason.PROTOCOL_NOT_SUPPORTED;
  }

  private static boolean isOrderly(Kind kind) {
    return switch (kind) {
      case IO_ERROR, IDLE, SLOW, PRIORITY_OVERFLOW, TOO_LARGE, BAD_DATA -> false;
      default -> true;
    };
  }

  private static Kind kind(FailureReason reason) {
    return switch (reason) {
      case RESET_BY_PEER, GO_AWAY, CLOSED -> Kind.REMOTE_CLOSED;
      case KEEP_ALIVE_TIMEOUT -> Kind.IDLE;
      case TIMEOUT -> Kind.SLOW;
      default -> Kind.IO_ERROR;
    };
  }
}
